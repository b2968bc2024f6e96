// The usual ways to say when something is due, and the FEEL they stand for.

const FORMS = {
  working_days: [/^working days after\(now\(\), (\d+)\)$/, (number) => `working days after(now(), ${number})`],
  working_hours: [/^working hours after\(now\(\), (\d+)\)$/, (number) => `working hours after(now(), ${number})`],
  days: [/^now\(\) \+ duration\("P(\d+)D"\)$/, (number) => `now() + duration("P${number}D")`],
  hours: [/^now\(\) \+ duration\("PT(\d+)H"\)$/, (number) => `now() + duration("PT${number}H")`],
};

export const UNITS = Object.keys(FORMS);

/** Return `{unit, number}` of FEEL in one of the usual forms; null for any other, and for none. */
export function readDeadline(feel) {
  for (const [unit, [pattern]] of Object.entries(FORMS)) {
    const found = feel.trim().match(pattern);
    if (found) return { unit, number: Number(found[1]) };
  }
  return null;
}

export function writeDeadline(unit, number) {
  return FORMS[unit][1](number);
}
