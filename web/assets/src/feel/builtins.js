// Built-in functions of ours: the engine's clock, and working days.
import { FeelDate, FeelDateTime, builtins, date, dateAndTime } from 'feelin';

const CLOSE = 'T17:30:00+08:00';
const ZONE = '+08:00';
const MAX_DAYS = 10000;

let moment = null;
let calendar = { holidays: new Set(), workdays: new Set() };

/** Set what now() and today() answer: an ISO date and time in the time zone of the place. */
export function setNow(iso) {
  moment = iso;
}

/** Set the days, in ISO form, that are off although weekdays, and worked although weekend. */
export function setCalendar({ holidays, workdays }) {
  calendar = { holidays: new Set(holidays), workdays: new Set(workdays) };
}

function isWorkingDay(day) {
  const iso = day.toString();
  return calendar.workdays.has(iso) || (day.dayOfWeek < 6 && !calendar.holidays.has(iso));
}

function dayOf(from) {
  if (from instanceof FeelDate) return from.value;
  if (!(from instanceof FeelDateTime)) return null;
  if (from.zone === null) return from.value.toPlainDate();
  return from.value.toZonedDateTime(from.zone).withTimeZone(ZONE).toPlainDate();
}

// SPEC 3: close of business of the n-th working day after the day of `from`
function workingDaysAfter(from, n) {
  let day = dayOf(from);
  if (day === null || !Number.isInteger(n) || n < 0 || n > MAX_DAYS) return null;
  for (let left = n; left > 0;) {
    day = day.add({ days: 1 });
    if (isWorkingDay(day)) left--;
  }
  while (!isWorkingDay(day)) day = day.add({ days: 1 });
  return dateAndTime(day.toString() + CLOSE);
}

function named(parameters, fn) {
  return Object.assign(fn, { $args: parameters });
}

export function installBuiltins() {
  builtins.now = named([], () => dateAndTime(moment));
  builtins.today = named([], () => date(moment.slice(0, 10)));
  builtins['working days after'] = named(['from', 'n'], workingDaysAfter);
}
