import {byGravity, type Insight} from '../core/insight.ts';
import {isMeasured} from '../core/report.ts';
import {bimodal} from './bimodal.ts';
import {bufferCacheMisses} from './buffer-cache.ts';
import {environmentChanged} from './environment.ts';
import {errorsBegan} from './errors.ts';
import {generatorSaturated} from './generator.ts';
import {noisyHost} from './host.ts';
import {knee} from './knee.ts';
import {memoryGrowth} from './memory.ts';
import {pauses, periodicStalls} from './pauses.ts';
import {poolExhausted} from './pool.ts';
import type {Evidence, InsightRule} from './rule.ts';
import {fewSamples} from './samples.ts';
import {setupDominates} from './setup.ts';
import {coldStart, notSteady} from './steadiness.ts';
import {tail} from './tail.ts';
import {targetSaturated} from './target.ts';
import {cpuWait, diskWait} from './waits.ts';

/** Every rule. Of findings that are as grave, the one whose rule comes first is told first. */
export const insightRules: readonly InsightRule[] = [
	errorsBegan,
	generatorSaturated,
	targetSaturated,
	knee,
	pauses,
	periodicStalls,
	memoryGrowth,
	notSteady,
	coldStart,
	bimodal,
	tail,
	setupDominates,
	poolExhausted,
	bufferCacheMisses,
	diskWait,
	cpuWait,
	noisyHost,
	environmentChanged,
	fewSamples,
];

/** What a run says beyond its figures, the gravest first. Nothing of a run that could not be measured: it says so itself. */
export const findInsights = (evidence: Evidence): readonly Insight[] => {
	if (!isMeasured(evidence.result)) return [];
	const found = insightRules.flatMap((rule) => {
		const insight = rule.find(evidence);
		return insight === undefined ? [] : [{insight, unless: rule.unless ?? []}];
	});
	const kinds = new Set(found.map(({insight}) => insight.kind));
	return byGravity(found.filter(({unless}) => !unless.some((kind) => kinds.has(kind))).map(({insight}) => insight));
};
