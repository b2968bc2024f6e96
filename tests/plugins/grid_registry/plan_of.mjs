// Prints, for test_form_field_script.py, what lib/plan.mjs makes of the entries given on standard input.
import { readFileSync } from 'node:fs';
import { planOf } from '../../../plugins/grid_registry/assets/lib/plan.mjs';

const cases = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(cases.map((entries) => planOf(entries, 'changes'))));
