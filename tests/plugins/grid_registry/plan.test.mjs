// The editor's logic without a page. Run by test_form_field_script.py with node's own test runner.
import assert from 'node:assert/strict';
import test from 'node:test';
import { entriesOf, fill, nearest, nextPart, planOf, sums, Undo } from '../../../plugins/grid_registry/assets/lib/plan.mjs';

test('only the entries of the editor are taken, and never the pressed button', () => {
  const data = new FormData();
  data.append('csrf_token', 'x');
  data.append('changes.do', 'add:split');
  data.append('changes.0.op', 'split');
  data.append('changes_other', 'y');
  assert.deepEqual(entriesOf(data, 'changes'), [['changes.0.op', 'split']]);
});

test('the units of a part are those whose radio says its number', () => {
  const entries = [
    ['changes.0.op', 'split'], ['changes.0.grid', 'G'], ['changes.0.shown', 'G'],
    ['changes.0.parts.0.name', ' A '], ['changes.0.parts.1.name', 'B'],
    ['changes.0.unit.u1', '0'], ['changes.0.unit.u2', '1'], ['changes.0.unit.u3', '1'],
  ];
  const [change] = planOf(entries, 'changes');
  assert.deepEqual(change.parts.map((part) => [part.name, part.unit_ids]), [['A', ['u1']], ['B', ['u2', 'u3']]]);
});

test('sums follow the units from part to part', () => {
  const rows = [{ part: '0', households: 3, population: 9 }, { part: '1', households: 2, population: 5 }, { part: undefined, households: 1, population: 1 }];
  assert.deepEqual(sums(rows, ['0', '1']), { 0: { units: 1, households: 3, population: 9 }, 1: { units: 1, households: 2, population: 5 } });
});

test('a click takes a unit to the next part and from the last to the first', () => {
  assert.equal(nextPart(['0', '1', '2'], '0'), '1');
  assert.equal(nextPart(['0', '1', '2'], '2'), '0');
  assert.equal(nextPart(['0', '1'], undefined), '0');
});

test('a message goes to the nearest place above it', () => {
  const known = new Set(['changes.0', 'changes.0.parts.1.name']);
  assert.equal(nearest('changes.0.parts.1.name', (path) => known.has(path)), 'changes.0.parts.1.name');
  assert.equal(nearest('changes.0.parts.1.unit_ids.3', (path) => known.has(path)), 'changes.0');
  assert.equal(nearest('effective_date', (path) => known.has(path)), undefined);
});

test('a text is filled with values and keeps what it does not know', () => {
  assert.equal(fill('{households} 户 {x}', { households: 0 }), '0 户 {x}');
});

test('undo gives back the entries before the last step', () => {
  const undo = new Undo([['a', '1']]);
  undo.note([['a', '2']]);
  undo.note([['a', '3']]);
  assert.deepEqual(undo.back(), [['a', '2']]);
  assert.deepEqual(undo.back(), [['a', '1']]);
  assert.equal(undo.back(), undefined);
});

test('typing on in one field is one step, in another field another', () => {
  const undo = new Undo([]);
  undo.note([['n', 'x']], 'n');
  undo.note([['n', 'xy']], 'n');
  undo.note([['n', 'xy'], ['m', 'z']], 'm');
  assert.deepEqual(undo.back(), [['n', 'xy']]);
  assert.deepEqual(undo.back(), []);
});

test('what has not changed is no step', () => {
  const undo = new Undo([['a', '1']]);
  undo.note([['a', '1']]);
  assert.equal(undo.possible, false);
});
