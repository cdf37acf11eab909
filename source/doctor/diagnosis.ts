import type {Environment} from '../core/environment.ts';
import {type Level, levels, worstOf} from './check.ts';
import type {Found} from './index.ts';
import {type Noise, noiseLevel} from './noise-floor.ts';

/** What became of measuring the noise floor. */
export type NoiseOutcome =
	| (Noise & {
			readonly state: 'measured';
			readonly load: NoiseLoad;
			/** What runs themselves say of how far they can be trusted, each sort once, and how many say so. */
			readonly doubts: readonly NoiseDoubt[];
	  })
	/** Nobody wanted it, or it could not be told. */
	| {readonly state: 'skipped' | 'failed' | 'interrupted'; readonly because: string};

/** A doubt of so many runs, in the words of the last of them. */
export type NoiseDoubt = {readonly kind: string; readonly message: string; readonly runs: number};

/** What each run of the noise floor was. */
export type NoiseLoad = {
	readonly target: string;
	readonly connections: number;
	/** Milliseconds that were measured in each run. */
	readonly durationMs: number;
};

/** How fit a host is to measure on: what scripts read, version 1. */
export type Diagnosis = {
	readonly version: 1;
	readonly tool: {readonly name: 'benchtop'; readonly version: string};
	/** ISO 8601. */
	readonly began: string;
	readonly environment: Environment;
	/** The same as in the results of runs that were made here. */
	readonly fingerprint: {readonly environment: string};
	/** The worst of all. */
	readonly level: Level;
	readonly counts: Readonly<Record<Level, number>>;
	readonly findings: readonly Found[];
	readonly noise: NoiseOutcome;
};

const levelOfNoise = (outcome: NoiseOutcome): readonly Level[] => {
	switch (outcome.state) {
		case 'measured':
			return [noiseLevel(outcome)];
		// A host that a run cannot be made on is not fit.
		case 'failed':
			return ['bad'];
		case 'skipped':
		case 'interrupted':
			return [];
	}
};

/** Everything that was found out about a host, with its worst and how much there is of each level. */
export const diagnose = (parts: Omit<Diagnosis, 'version' | 'level' | 'counts'>): Diagnosis => {
	const all = [...parts.findings.map(({level}) => level), ...levelOfNoise(parts.noise)];
	const counts = {good: 0, unknown: 0, note: 0, warning: 0, bad: 0};
	for (const level of all) counts[level] += 1;
	return {version: 1, ...parts, level: worstOf(all), counts};
};

/** Whether a host fails: what is bad does, in strict hands a warning too. */
export const isUnfit = ({level}: Pick<Diagnosis, 'level'>, strict: boolean): boolean =>
	levels.indexOf(level) >= levels.indexOf(strict ? 'warning' : 'bad');
