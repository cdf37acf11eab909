import {setupSteps} from './snapshot.ts';
import type {Summary} from './summary.ts';
import {formatCount} from './units.ts';

const stepNames = {dns: 'name', connect: 'TCP', tunnel: 'tunnel', tls: 'TLS'} as const;

/** What making connections took, in one line: '10 connections made: name 3.20 ms; TCP p50 0.500 ms, max 1.50 ms'. */
export const setupWords = (
	setup: NonNullable<Summary['setup']>,
	format: (milliseconds: number | null) => string,
): string => {
	const steps = setupSteps.flatMap((step) => {
		const times = setup[step];
		if (times === undefined) return [];
		const spread = times.count === 1 ? format(times.p50) : `p50 ${format(times.p50)}, max ${format(times.max)}`;
		return [`${stepNames[step]} ${spread}`];
	});
	const made = setup.connect?.count ?? 0;
	const what = made === 0 ? 'no connection was made' : `${formatCount(made)} connection${made === 1 ? '' : 's'} made`;
	return `${what}: ${steps.join('; ')}`;
};
