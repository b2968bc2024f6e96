// Lanes that a diagram has and does not draw keep their steps: the library would take a step that moves out of them.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';

const FIRST = 2000;

export class UndrawnLanes extends CommandInterceptor {
  static $inject = ['eventBus', 'elementRegistry'];

  constructor(eventBus, elementRegistry) {
    super(eventBus);
    const undrawn = (lane) => !elementRegistry.get(lane.get('id'));
    const stays = (shape) => shape.parent && shape.businessObject.get('lanes').some(undrawn);
    this.preExecute('lane.updateRefs', FIRST, ({ context }) => {
      context.flowNodeShapes = context.flowNodeShapes.filter((shape) => !stays(shape));
    });
  }
}

export const undrawnModule = { __init__: ['undrawnLanes'], undrawnLanes: ['type', UndrawnLanes] };
