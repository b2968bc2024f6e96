// A report's place by the device: fills the hidden fields of latitude and longitude, when the person asks for it.

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
