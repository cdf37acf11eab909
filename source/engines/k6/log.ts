import type {Course} from './course.ts';
import {logLineOf, plannedOf, progressOf} from './told.ts';

/** What k6 said of a run so far. */
export type Said = {
	/** The last of its complaints. */
	readonly words: () => readonly string[];
	readonly thrown: () => {readonly count: number; readonly first: string};
	/** Iterations that it broke off. */
	readonly interrupted: () => number;
	/** How long its scenarios are planned to take; 0: they do not say. Milliseconds. */
	readonly planned: () => number;
	/** Takes a line of its log, and what it says of the course; `at`: when it came. */
	readonly hearLog: (line: string, at: number) => void;
	/** Takes a line of its progress. */
	readonly hearProgress: (line: string) => void;
};

/** The clock tells whole milliseconds: what it says may have been so much later, after the last operation of all. */
const clockStep = 1;
const mostWords = 20;
const grave = new Set(['error', 'fatal', 'panic']);

/** Hears what k6 says beside its points. */
export const createSaid = (course: Course): Said => {
	const words: string[] = [];
	let [thrown, interrupted, planned] = [0, 0, 0];
	let first = '';
	const keep = (text: string): void => {
		words.push(...text.split('\n').filter((line) => line.trim() !== ''));
		if (words.length > mostWords) words.splice(0, words.length - mostWords);
	};
	return {
		words: () => words,
		thrown: () => ({count: thrown, first}),
		interrupted: () => interrupted,
		planned: () => planned,
		hearLog(text, at) {
			const line = logLineOf(text);
			if (line === undefined) {
				keep(text);
				return;
			}

			const {level, words: message, scenario, source, hint, executors} = line;
			if (grave.has(level)) keep(hint === undefined ? message : `${message} (${hint})`);
			if (source === 'stacktrace') {
				thrown += 1;
				first ||= message;
			}

			// By these words of its log alone k6 says when its load begins and ends.
			if (message === 'Start of test run' && executors !== undefined) course.scenarios(executors);
			else if (message === 'Start all executors...') course.begin(at);
			else if (scenario === undefined) return;
			else if (message.startsWith('Regular duration is done')) course.endOfTime(scenario, at + clockStep);
			else if (message === 'Executor finished successfully') course.endOfScenario(scenario, at + clockStep);
		},
		hearProgress(line) {
			interrupted = progressOf(line)?.interrupted ?? interrupted;
			planned = Math.max(planned, plannedOf(line) ?? 0);
		},
	};
};
