import {resolve} from 'node:path';
import type {Around, Service, Step} from '../core/plan.ts';
import type {Complaint} from './fault.ts';
import type {AroundMembers} from './suite-schema.ts';

const stepTimeout = 10 * 60_000;
const serviceTimeout = 60_000;

/** Where commands run that say nothing of it, and with what over benchtop's own environment. */
export type AroundPlace = {
	readonly folder: string;
	readonly environment: Readonly<Record<string, string>>;
};

type StepMembers = NonNullable<AroundMembers['setup']>[number];

const stepOf = ({command, folder, environment, shell, timeout}: StepMembers, place: AroundPlace): Step => ({
	command: typeof command !== 'string' || shell === undefined ? command : [shell, '-c', command],
	folder: folder === undefined ? place.folder : resolve(place.folder, folder),
	environment: {...place.environment, ...environment},
	timeout: timeout ?? stepTimeout,
});

/** The members of a suite file that stand around benchmarks, as steps and services. */
export const aroundOf = ({setup, start, ready, teardown}: AroundMembers, place: AroundPlace): Around => ({
	setup: (setup ?? []).map((step) => stepOf(step, place)),
	services: (start ?? []).map(
		(service, _index, {length}): Service => ({
			...stepOf({...service, timeout: service.timeout ?? serviceTimeout}, place),
			ready: service.ready ?? (length === 1 ? (ready ?? {}) : {}),
		}),
	),
	teardown: (teardown ?? []).map((step) => stepOf(step, place)),
});

/** What does not go together among them; the paths are those of the members. */
export const aroundComplaints = ({setup, start, ready, teardown}: AroundMembers): readonly Complaint[] => {
	const complaints: Complaint[] = [];
	const complain = (path: readonly (string | number)[], message: string): void => {
		complaints.push({kind: 'invalid', path, message});
	};
	if (ready !== undefined && start === undefined) complain(['ready'], 'ready needs a start, which it waits for');
	if (ready !== undefined && start !== undefined && start.length > 1) {
		complain(['ready'], 'of several that are started, each says itself when it is ready: {command: …, ready: …}');
	}

	if (ready !== undefined && start?.length === 1 && start[0]?.ready !== undefined) {
		complain(['ready'], 'this says a second time when it is ready');
	}

	for (const [name, steps] of Object.entries({setup, start, teardown})) {
		for (const [index, {command, shell}] of (steps ?? []).entries()) {
			if (shell !== undefined && typeof command !== 'string') {
				complain([name, index], 'a program with its arguments needs no shell: write one text, or leave out shell');
			}
		}
	}

	return complaints;
};
