// Built-in functions of ours: the engine's clock, working days and working hours. The same as engine/calendar.py.
import { FeelDate, FeelDateTime, builtins, date, dateAndTime } from 'feelin';

const ZONE = '+08:00';
const MOST = 10000;
const MICROSECOND = 1e6;

let moment = null;
let counted = [];
let calendar = { holidays: new Set(), workdays: new Set(), hours: [] };

/** Set what now() and today() answer: an ISO date and time in the time zone of the place. */
export function setNow(iso) {
  moment = iso;
}

/** Return what has been counted since this was last asked: `{unit, amount, from, at}` a call. */
export function takeCounted() {
  const taken = counted;
  counted = [];
  return taken;
}

/**
 * Set the days, in ISO form, that are off although weekdays, and worked although weekend, and the business hours:
 * [[the day from which they hold, [[opens, closes], …] in seconds of the day], …], latest first.
 */
export function setCalendar({ holidays, workdays, hours }) {
  calendar = { holidays: new Set(holidays), workdays: new Set(workdays), hours };
}

function isWorkingDay(day) {
  const iso = day.toString();
  return calendar.workdays.has(iso) || (day.dayOfWeek < 6 && !calendar.holidays.has(iso));
}

function spansOf(day) {
  if (!isWorkingDay(day)) return [];
  const iso = day.toString();
  return calendar.hours.find(([since]) => since <= iso)[1];
}

function nextWorkingDay(day) {
  while (!isWorkingDay(day)) day = day.add({ days: 1 });
  return day;
}

// the day, and how many microseconds of it have passed
function placeOf(from) {
  if (from instanceof FeelDate) return { day: from.value, passed: 0 };
  if (!(from instanceof FeelDateTime)) return null;
  const local = from.zone === null ? from.value : from.value.toZonedDateTime(from.zone).withTimeZone(ZONE);
  const { hour, minute, second, millisecond, microsecond } = local;
  const passed = ((hour * 60 + minute) * 60 + second) * MICROSECOND + millisecond * 1000 + microsecond;
  return { day: local.toPlainDate(), passed };
}

function momentAt(day, passed) {
  const second = Math.floor(passed / MICROSECOND);
  const parts = [second / 3600, (second / 60) % 60, second % 60].map((part) => String(Math.floor(part)).padStart(2, '0'));
  const fraction = String(passed % MICROSECOND).padStart(6, '0');
  return dateAndTime(`${day}T${parts.join(':')}${passed % MICROSECOND ? `.${fraction}` : ''}${ZONE}`);
}

function isAmount(n) {
  return Number.isInteger(n) && n >= 0 && n <= MOST;
}

// so that a due time can be explained, and counted anew when the calendar changes
function remembering(unit, count) {
  return (from, n) => {
    const place = placeOf(from);
    if (place === null || !isAmount(n)) return null;
    const at = count(place, n);
    counted.push({ unit, amount: n, from: momentAt(place.day, place.passed), at });
    return at;
  };
}

// SPEC 3: close of business of the n-th working day after the day of `from`
function workingDaysAfter({ day }, n) {
  for (let left = n; left > 0;) {
    day = day.add({ days: 1 });
    if (isWorkingDay(day)) left--;
  }
  day = nextWorkingDay(day);
  return momentAt(day, spansOf(day).at(-1)[1] * MICROSECOND);
}

// SPEC 3: the earliest moment by which offices were open for n hours; outside business hours from the next opening
function workingHoursAfter(place, n) {
  let { day, passed } = opening(place);
  for (let left = n * 3600 * MICROSECOND; ;) {
    for (const [opens, closes] of spansOf(day)) {
      const begun = Math.max(opens * MICROSECOND, passed);
      const open = Math.max(closes * MICROSECOND - begun, 0);
      if (closes * MICROSECOND >= begun && open >= left) return momentAt(day, begun + left);
      left -= open;
    }
    day = day.add({ days: 1 });
    passed = 0;
  }
}

function opening({ day, passed }) {
  for (const [opens, closes] of spansOf(day)) {
    if (passed <= closes * MICROSECOND) return { day, passed: Math.max(passed, opens * MICROSECOND) };
  }
  const next = nextWorkingDay(day.add({ days: 1 }));
  return { day: next, passed: spansOf(next)[0][0] * MICROSECOND };
}

function named(parameters, fn) {
  return Object.assign(fn, { $args: parameters });
}

export function installBuiltins() {
  builtins.now = named([], () => dateAndTime(moment));
  builtins.today = named([], () => date(moment.slice(0, 10)));
  builtins['working days after'] = named(['from', 'n'], remembering('working_days', workingDaysAfter));
  builtins['working hours after'] = named(['from', 'n'], remembering('working_hours', workingHoursAfter));
}
