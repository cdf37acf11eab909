import * as z from 'zod';
import {type Engine, suiteEntry} from '../../source/engines/engine.ts';
import {erase} from '../../source/engines/index.ts';

type Plan = {readonly throws: number};

const engine: Engine<Plan> = {
	name: 'dice',
	about: 'throws dice',
	plan: z.strictObject({throws: z.int().min(1)}),
	latencyMeans: 'how long a throw takes',
	async run({throws}, recorder, control) {
		const thrown = recorder.outcome('thrown', false);
		const eyes = recorder.metric({name: 'eyes', unit: 'count'});
		control.enter('measure');
		for (let index = 0; index < throws; index++) {
			recorder.offer(1);
			recorder.sample(eyes, 1 + (index % 6));
			recorder.record(thrown, 100);
		}
	},
	suite: suiteEntry(
		'dice',
		() => z.strictObject({dice: z.int().min(1).describe('How many dice are thrown.')}),
		async ({dice: throws}) => ({load: {throws}, target: `${throws} dice`}),
	),
};

/** All that an engine needs: this file, and a line in the table of engines. */
export const dice = erase(engine);
