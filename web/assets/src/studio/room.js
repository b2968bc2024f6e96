// A step that is dropped on a flow too short for it gets room: what is behind it moves on. One step of undo, with the drop.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';
import { selfAndAllChildren } from 'diagram-js/lib/util/Elements';
import { getMid } from 'diagram-js/lib/layout/LayoutUtil';
import { isConnection, isLabel } from 'diagram-js/lib/util/ModelUtil';
import { is } from 'bpmn-js/lib/util/ModelUtil';

const GAP = 40; // px from what comes before and after
const NARROW = 10; // px from everything else
const MOST = 12; // neighbours made room for
const AFTER_REST = 500; // the library's own behaviour, which puts the step into the flow, has 1000

const SIZE = { x: 'width', y: 'height' };

export class Room extends CommandInterceptor {
  static $inject = ['eventBus', 'modeling', 'spaceTool', 'canvas'];

  constructor(eventBus, modeling, spaceTool, canvas) {
    super(eventBus);
    Object.assign(this, { modeling, spaceTool, canvas });
    this.postExecuted(['shape.create', 'elements.move'], AFTER_REST, ({ context }) => {
      const shape = context.shape ?? context.shapes[0];
      if (context.targetFlow && shape) this.#make(shape);
    });
  }

  #make(shape) {
    let moved = false;
    for (let count = 0; count < MOST; count += 1) {
      const other = this.#inTheWay(shape);
      if (!other) break;
      this.#clear(shape, other);
      moved = true;
    }
    if (moved) [...shape.incoming, ...shape.outgoing].forEach((flow) => this.#straighten(flow));
  }

  /** Lay a flow out anew: its bends belonged to where it was. */
  #straighten(flow) {
    this.modeling.layoutConnection(flow, { waypoints: [], connectionStart: getMid(flow.source), connectionEnd: getMid(flow.target) });
  }

  /** Return what a step is too near to: what comes before it first, for that moves the step itself. */
  #inTheWay(shape) {
    const near = shape.parent.children.filter((other) => isObstacle(other, shape) && overlap(shape, other, distance(shape, other)));
    return near.find((other) => before(other, shape)) ?? near[0];
  }

  #clear(shape, other) {
    const axis = axisOf(shape, other);
    const gap = distance(shape, other);
    if (before(other, shape)) {
      const delta = { x: 0, y: 0, [axis]: other[axis] + other[SIZE[axis]] + gap - shape[axis] };
      this.modeling.moveElements([shape], delta);
      return;
    }
    const delta = shape[axis] + shape[SIZE[axis]] + gap - other[axis];
    const start = other[axis] - 1;
    const all = selfAndAllChildren(this.canvas.getRootElement(), true);
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, axis, delta, start);
    const rest = movingShapes.filter((each) => each !== shape && each !== shape.label);
    this.modeling.createSpace(rest, resizingShapes, { x: 0, y: 0, [axis]: delta }, axis === 'x' ? 'e' : 's', start);
  }
}

const isObstacle = (other, shape) =>
  other !== shape && !isConnection(other) && !isLabel(other) && other.host !== shape && is(other, 'bpmn:FlowNode');

const connected = (shape, other) =>
  shape.incoming.some(({ source }) => source === other) || shape.outgoing.some(({ target }) => target === other);

const distance = (shape, other) => (connected(shape, other) ? GAP : NARROW);

function overlap(one, other, gap) {
  return ['x', 'y'].every((axis) => {
    const margin = axis === axisOf(one, other) ? gap : 0;
    return one[axis] < other[axis] + other[SIZE[axis]] + margin && other[axis] < one[axis] + one[SIZE[axis]] + margin;
  });
}

/** Return the direction in which two shapes are further from each other. */
function axisOf(one, other) {
  const [a, b] = [getMid(one), getMid(other)];
  const part = (axis) => Math.abs(a[axis] - b[axis]) / (one[SIZE[axis]] + other[SIZE[axis]]);
  return part('x') >= part('y') ? 'x' : 'y';
}

const before = (other, shape) => {
  const axis = axisOf(other, shape);
  return getMid(other)[axis] < getMid(shape)[axis];
};

export const roomModule = { __init__: ['roomOnFlows'], roomOnFlows: ['type', Room] };
