// A report: the device gives its place into the hidden fields when the person asks for it; the chosen item is explained.

const PLACES = 5; // about a metre
const WAIT = 15000;

function say(button, text) {
  button.parentElement.querySelector('[data-locate-said]').textContent = text;
}

function locate(button) {
  say(button, button.dataset.asking);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const { form } = button;
      form.elements.latitude.value = coords.latitude.toFixed(PLACES);
      form.elements.longitude.value = coords.longitude.toFixed(PLACES);
      say(button, button.dataset.found);
    },
    () => say(button, button.dataset.failed),
    { enableHighAccuracy: true, timeout: WAIT, maximumAge: 0 },
  );
}

if ('geolocation' in navigator) {
  for (const button of document.querySelectorAll('button[data-locate]')) {
    button.hidden = false;
    button.addEventListener('click', () => locate(button));
  }
}

// What the chosen option means is said below the list.
for (const list of document.querySelectorAll('select[data-explain]')) {
  const said = document.getElementById(list.dataset.explain);
  const explain = () => { said.textContent = list.selectedOptions[0].dataset.text; };
  list.addEventListener('change', explain);
  explain();
}
