import type {RunEvent} from './event.ts';
import {decodeHistogram, type EncodedHistogram} from './histogram.ts';
import {insightSeverities} from './insight.ts';
import {percentiles} from './summary.ts';

type Check = (value: unknown) => boolean;

/** No run lasts longer: a time beyond it was never written by a run. Milliseconds. */
const longestRun = 31 * 24 * 3_600_000;
/** Threads begin within moments of each other: their clocks may be so far before the run's. */
const mostBefore = 1000;

const isText: Check = (value) => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isTime: Check = (value) => isNumber(value) && value >= -mostBefore && value <= longestRun;
const isCount: Check = (value) => isNumber(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
const isOneOf =
	(...values: readonly unknown[]): Check =>
	(value) =>
		values.includes(value);
const optional =
	(check: Check): Check =>
	(value) =>
		value === undefined || check(value);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf =
	(check: Check): Check =>
	(value) =>
		Array.isArray(value) && value.every(check);
const isEach =
	(check: Check): Check =>
	(value) =>
		isRecord(value) && Object.values(value).every(check);
const has =
	(members: Readonly<Record<string, Check>>): Check =>
	(value) =>
		isRecord(value) && Object.entries(members).every(([name, check]) => check(value[name]));

const isFigure: Check = (value) => value === null || (isNumber(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER);
const isNumberOrNull: Check = (value) => value === null || isNumber(value);
const isShare: Check = (value) => value === null || (isNumber(value) && value >= 0 && value <= 1);
const isPhase = isOneOf('warm-up', 'measure', 'pause');
const isGauge: Check = (value) => isListOf(isNumber)(value) && Array.isArray(value) && value.length > 0;
const isHistogram = optional(has({encoded: isText}));

const isPart = has({
	latency: isHistogram,
	waiting: isHistogram,
	outcomes: isEach(isCount),
	failures: isEach(isCount),
	offered: isNumber,
});

const isMeasured = has({
	unit: isText,
	better: optional(isOneOf('lower', 'higher')),
	about: optional(isText),
	samples: has({
		count: isCount,
		sum: isNumber,
		squares: isNumber,
		minimum: isNumber,
		maximum: isNumber,
		values: isListOf(isNumber),
		groups: optional(isListOf(isNumber)),
		every: isCount,
	}),
});

const hasSnapshot = has({
	from: isTime,
	to: isTime,
	// Idle time that is told late is taken from a later stretch, which may be shorter.
	covered: optional((value) => isNumber(value) && Math.abs(value) <= longestRun),
	late: optional(isCount),
	latency: isHistogram,
	uncorrected: isHistogram,
	firstByte: isHistogram,
	waiting: isHistogram,
	outcomes: isEach(isCount),
	failures: isEach(isCount),
	// What one phase hands over to the next leaves it, so that it may be less than nothing in a moment's snapshot.
	offered: (value) => isNumber(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER,
	bytesIn: isCount,
	bytesOut: isCount,
	gauges: isEach(isGauge),
	parts: optional(isEach(isPart)),
	metrics: optional(isEach(isMeasured)),
});

const isSnapshot: Check = (value) => isRecord(value) && hasSnapshot(value) && Number(value.from) <= Number(value.to);

const isEnding: Check = (value) =>
	isRecord(value) &&
	(value.state === 'finished' ||
		(value.state === 'stopped' && isOneOf('user', 'signal', 'alert', 'errors', 'decided')(value.by)) ||
		(value.state === 'failed' && isText(value.message) && optional(isText)(value.hint)));

const isSide = has({
	benchmark: isText,
	pair: isCount,
	is: isOneOf('base', 'candidate'),
	of: isText,
	commit: optional(isText),
});

const isComparison = has({
	pairs: isCount,
	looks: optional(isListOf(isCount)),
	confidence: isShare,
	margins: isEach(isNumber),
	seed: isNumber,
});

/** What every line of a kind holds, as far as anything is made of it. */
const isPrecision = has({
	correlated: isListOf(isText),
	intervals: isEach(has({low: isNumber, high: isNumber, confidence: isNumber, of: isCount})),
});

const checks: Readonly<Record<RunEvent['kind'], Check>> = {
	began: has({
		version: isOneOf(1),
		id: isText,
		name: isText,
		engine: isText,
		target: isText,
		means: isText,
		began: isText,
		history: optional(isText),
		limits: optional(isListOf(isText)),
		steering: optional(isListOf(isText)),
		panes: optional(isListOf(isText)),
		plan: has({
			name: isText,
			target: isText,
			warmup: isTime,
			duration: optional(isTime),
			amount: optional(isCount),
			workers: isCount,
			tags: isListOf(isText),
			watch: isRecord,
			thresholds: optional(isListOf(has({metric: isText, comparison: isText, limit: isNumber, text: isText}))),
			round: optional(has({number: isCount, of: isCount})),
			suite: optional(
				has({
					id: isText,
					runs: isListOf(has({id: isText, name: isText, length: optional(isTime), benchmark: optional(isText)})),
					comparison: optional(isComparison),
				}),
			),
			side: optional(isSide),
		}),
		environment: has({
			hostname: isText,
			cpu: has({model: isText, cores: isCount, usableCores: isCount}),
			versions: isEach(isText),
			git: optional(has({commit: isText, branch: optional(isText)})),
		}),
		fingerprint: has({workload: isText, environment: isText}),
	}),
	phase: has({at: isTime, phase: isPhase}),
	snapshot: has({phase: isPhase, snapshot: isSnapshot}),
	mark: has({at: isTime, text: isText}),
	steer: has({at: isTime, text: isText, connections: optional(isCount), rate: optional(isCount)}),
	expect: has({at: isTime, end: isTime}),
	notice: has({at: isTime, level: isOneOf('info', 'warning', 'error'), text: isText}),
	finding: has({
		at: isTime,
		finding: has({
			kind: isText,
			subject: isText,
			text: isText,
			figures: isEach((figure) => isText(figure) || isNumberOrNull(figure) || isListOf(isNumberOrNull)(figure)),
		}),
	}),
	insight: has({
		at: isTime,
		insight: has({
			kind: isText,
			severity: isOneOf(...insightSeverities),
			text: isText,
			recommendations: isListOf(isText),
			figures: isEach((figure) => isText(figure) || isNumberOrNull(figure)),
		}),
	}),
	ended: has({
		at: isTime,
		ending: isEnding,
		doubts: isListOf(has({kind: isText, message: isText})),
		precision: optional(isPrecision),
	}),
	saved: has({at: isTime, store: isText}),
};

const isKind = (kind: unknown): kind is RunEvent['kind'] => typeof kind === 'string' && Object.hasOwn(checks, kind);

const hasLatencies = has({
	...Object.fromEntries(
		['mean', 'stddev', 'min', 'max', ...percentiles.map(({key}) => key)].map((key) => [key, optional(isFigure)]),
	),
	count: isCount,
	uncertain: isListOf(isText),
	correlated: optional(isListOf(isText)),
});

/** Of a run's baseline, what it is drawn from; without that there is none. */
const isBaseline = has({
	id: isText,
	label: isText,
	began: isText,
	fingerprint: has({workload: isText, environment: isText}),
	summary: has({
		latency: hasLatencies,
		throughput: has({mean: isFigure}),
		operations: isRecord,
		successRate: isShare,
		errorRate: isEach(isShare),
		outcomes: isEach(isCount),
		resources: has(
			Object.fromEntries(['cpu', 'memory', 'disk', 'network', 'target', 'generator'].map((name) => [name, isRecord])),
		),
	}),
	histogram: isHistogram,
	timeline: optional(Array.isArray),
	round: optional(has({number: isCount, of: isCount})),
});

/** Runs that one is held against; without them it stands alone. */
const areSideRuns = isListOf(
	has({
		id: isText,
		side: isSide,
		fingerprint: has({workload: isText, environment: isText}),
		doubts: isListOf(isText),
		uncertain: isListOf(isText),
		ended: isCount,
		failed: isCount,
		figures: isEach(has({unit: isText, lowerIsBetter: optional(isOneOf(true, false)), value: isNumber})),
	}),
);

const isEvent = (value: unknown): value is RunEvent =>
	isRecord(value) && isKind(value.kind) && checks[value.kind](value);

/** Whether a histogram of a log is one: its bytes are looked at where they are used, which is too late for one of a beginning. */
const isDecodable = (histogram: EncodedHistogram | undefined): boolean => {
	try {
		return histogram === undefined || decodeHistogram(histogram).count >= 0;
	} catch {
		return false;
	}
};

/** Times a moment before the run are its first one. */
const placed = (event: RunEvent): RunEvent => {
	switch (event.kind) {
		case 'began': {
			const {baseline, before, ...rest} = event;
			const known = areSideRuns(before) && before !== undefined ? {before} : {};
			const began = {...rest, ...known, limits: rest.limits ?? [], steering: rest.steering ?? []};
			return isBaseline(baseline) && isDecodable(baseline?.histogram) ? {...began, ...(baseline && {baseline})} : began;
		}
		case 'snapshot':
			return event;
		default:
			return event.at < 0 ? {...event, at: 0} : event;
	}
};

/**
 * One line of an event log: its event; 'cut' for what is no JSON, as a crash leaves the last line; 'damaged' for what no
 * run ever wrote, such as a time before the run or after the end of the world; `undefined` of an empty line and of a kind
 * that a later version may have.
 */
export const readLine = (line: string): RunEvent | 'cut' | 'damaged' | undefined => {
	if (line.trim() === '') return undefined;
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return 'cut';
	}

	if (isEvent(value)) return placed(value);
	return isRecord(value) && typeof value.kind === 'string' && !isKind(value.kind) ? undefined : 'damaged';
};
