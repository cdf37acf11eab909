import type {Result} from '../../source/core/result.ts';
import {readRuns} from '../../source/intake/index.ts';
import {resultOfTold} from '../../source/intake/told-run.ts';
import {began} from '../helpers/began.ts';

/** The runs of a text, as `benchtop import` would keep them. */
export const resultsIn = (text: string, path = 'runs/report.txt', unit?: string): readonly Result[] => {
	const {format, runs} = readRuns(text, path, {unit});
	return runs.map((run, index) =>
		resultOfTold(run, {
			tool: format.name,
			identity: `${index} ${text}`,
			began: '2026-01-01T00:00:00.000Z',
			tags: [],
			environment: began.environment,
			fingerprint: () => ({workload: '0000000000000000', environment: '0000000000000000'}),
			limits: [],
		}),
	);
};

/** The one run of a text. */
export const resultIn = (text: string, path?: string, unit?: string): Result => {
	const [result, ...others] = resultsIn(text, path, unit);
	if (result === undefined || others.length > 0) throw new Error(`It tells ${others.length + 1} runs, not one.`);
	return result;
};
