// Which grid am I in: the device gives its place when the person asks for it, and the form is sent with it.

const PLACES = 5; // about a metre
const WAIT = 15000;

for (const button of 'geolocation' in navigator ? document.querySelectorAll('button[data-where]') : []) {
  const said = button.parentElement.querySelector('[data-where-said]');
  button.hidden = false;
  button.addEventListener('click', () => {
    said.textContent = button.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.form.elements.latitude.value = coords.latitude.toFixed(PLACES);
        button.form.elements.longitude.value = coords.longitude.toFixed(PLACES);
        button.form.requestSubmit();
      },
      () => { said.textContent = button.dataset.failed; },
      { enableHighAccuracy: true, timeout: WAIT, maximumAge: 0 },
    );
  });
}
