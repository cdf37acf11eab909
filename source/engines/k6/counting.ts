import type {Finding} from '../../core/finding.ts';
import {redactUrl} from '../../core/secret.ts';
import {formatCount, formatPercent} from '../../core/units.ts';
import type {MetricSlot, PartRecorder, Recorder} from '../engine.ts';
import type {Stretch} from './course.ts';
import {grpcOutcomeOf, outcomeOf, type RequestOutcome} from './outcomes.ts';
import type {K6Metric, K6Point, K6Request, K6Tags} from './points.ts';

/** Requests are told apart by so many names; a script that puts numbers into its URLs would make ever more. */
const mostParts = 200;
/** Metrics of the script's own, with its checks and groups. */
const mostMetrics = 300;
export const otherParts = 'all other names';

/** How many requests, or iterations, began in which stretch; those of setup() and teardown() apart. */
export type Totals = Readonly<Record<Stretch | 'around', number>>;

export type Counting = {
	readonly metric: (metric: K6Metric) => void;
	/** `isMeasured`: the recorder is in the measured phase. Each is counted once, where it began. */
	readonly request: (request: K6Request, isMeasured: boolean) => void;
	readonly point: (point: K6Point, isMeasured: boolean) => void;
	/** The books are closed: what would have belonged to the measured time came after it. */
	readonly close: () => void;
	/** So many milliseconds of load went by since the last call: counters and rates are sampled. */
	readonly settle: (milliseconds: number) => void;
	readonly requests: () => Totals;
	/** How many of the requests are gRPC calls. */
	readonly calls: () => number;
	readonly iterations: () => Totals;
	readonly dropped: () => number;
	/** Requests had more names than are kept. */
	readonly hasOtherParts: () => boolean;
	/** What became of checks and counters in the measured time. */
	readonly findings: () => readonly Finding[];
};

/** What is told otherwise than as a metric of the same name. */
const told = new Set(['iterations', 'http_req_failed', 'http_reqs', 'data_sent', 'data_received']);

/** A request of setup() or teardown(): no scenario makes it. */
const isAround = ({scenario, group = ''}: K6Tags): boolean =>
	scenario === undefined && /^::(setup|teardown)(::|$)/.test(group);

const groupsOf = ({group = ''}: K6Tags): readonly string[] => group.split('::').filter((name) => name !== '');

/** What a request is called: its scenario and groups where it has any, and its name; that of a URL with its method. */
const partName = (tags: K6Tags): string => {
	const {scenario = 'default', name = tags.url ?? 'requests', method = ''} = tags;
	const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(name);
	const words = isUrl ? `${method} ${redactUrl(name)}`.trim() : name;
	return [...(scenario === 'default' ? [] : [scenario]), ...groupsOf(tags), words].join(': ').replaceAll(' > ', ' › ');
};

const unitOf = ({contains}: Pick<K6Metric, 'contains'>, otherwise: string): string =>
	contains === 'time' ? 'ms' : contains === 'data' ? 'bytes' : otherwise;

const nothing: Totals = {before: 0, 'warm-up': 0, measure: 0, after: 0, around: 0};

type Tally = {metric: MetricSlot; isRate: boolean; sum: number; count: number; total: number; of: number; unit: string};

/** Counts what k6 tells. `stretchAt`: where something belongs that began at a moment of k6's. */
export const createCounting = (
	recorder: Recorder,
	operations: 'requests' | 'iterations',
	stretchAt: (at: number) => Stretch,
): Counting => {
	const known = new Map<string, K6Metric>();
	const parts = new Map<string, PartRecorder>();
	const names = new Map<K6Tags, string>();
	const slots = new Map<string, MetricSlot>();
	const tallies = new Map<string, Tally>();
	const requests: Record<keyof Totals, number> = {...nothing};
	const iterations: Record<keyof Totals, number> = {...nothing};
	let calls = 0;
	let dropped = 0;
	let hasOthers = false;
	let isClosed = false;

	const stretchOf = (at: number): Stretch => {
		const stretch = stretchAt(at);
		return isClosed && stretch === 'measure' ? 'after' : stretch;
	};
	const nameOf = (tags: K6Tags): string => {
		const before = names.get(tags);
		if (before !== undefined) return before;
		const name = partName(tags);
		// Tags of the same text are one object, until too many of them came.
		if (names.size > 4 * mostParts) names.clear();
		names.set(tags, name);
		return name;
	};
	const partOf = (name: string): PartRecorder => {
		const before = parts.get(name);
		if (before !== undefined) return before;
		hasOthers ||= parts.size >= mostParts;
		const part = recorder.part(parts.size >= mostParts ? otherParts : name);
		if (parts.size < mostParts) parts.set(name, part);
		return part;
	};
	const slotOf = (name: string, unit: string, better?: 'lower' | 'higher', about?: string): MetricSlot | undefined => {
		const before = slots.get(name);
		if (before !== undefined || slots.size >= mostMetrics) return before;
		const slot = recorder.metric({
			name,
			unit,
			...(better === undefined ? {} : {better}),
			...(about === undefined ? {} : {about}),
		});
		slots.set(name, slot);
		return slot;
	};
	const sample = (name: string, value: number, ...rest: [string, ('lower' | 'higher')?, string?]): void => {
		const slot = slotOf(name, ...rest);
		if (slot !== undefined) recorder.sample(slot, value);
	};
	const tally = (
		name: string,
		isRate: boolean,
		{value, isMeasured}: {readonly value: number; readonly isMeasured: boolean},
		unit: string,
		better?: 'lower' | 'higher',
	): void => {
		let kept = tallies.get(name);
		if (kept === undefined) {
			const per = isRate ? '%' : unit === '' ? '1/s' : `${unit}/s`;
			const metric = slotOf(name, per, better, isRate ? 'share of each second' : 'of each second');
			if (metric === undefined) return;
			kept = {metric, isRate, sum: 0, count: 0, total: 0, of: 0, unit};
			tallies.set(name, kept);
		}

		const amount = isRate ? Number(value !== 0) : value;
		kept.sum += amount;
		kept.count += 1;
		if (!isMeasured) return;
		kept.total += amount;
		kept.of += 1;
	};
	/** Whether what belongs to a stretch is to be recorded now. */
	const isNow = (stretch: Stretch, isMeasured: boolean): boolean => stretch === (isMeasured ? 'measure' : 'warm-up');

	const operation = (tags: K6Tags, {name, failed, timed}: RequestOutcome, duration: number): void => {
		const part = partOf(nameOf(tags));
		const slot = recorder.outcome(name, failed);
		part.offer(1);
		if (timed) part.record(slot, duration * 1000);
		else part.fail(slot);
	};
	const countRequest = (tags: K6Tags, began: number): Stretch | undefined => {
		if (isAround(tags)) {
			requests.around += 1;
			return undefined;
		}

		const stretch = stretchOf(began);
		requests[stretch] += 1;
		return stretch;
	};
	const iteration = ({at, value, tags}: K6Point, isMeasured: boolean): void => {
		const stretch = stretchOf(at - value);
		iterations[stretch] += 1;
		if (!isNow(stretch, isMeasured)) return;
		if (operations === 'requests') {
			sample('iteration_duration', value, 'ms', 'lower', 'time of one iteration of the script');
			return;
		}

		const part = partOf(tags.scenario ?? 'default');
		part.offer(1);
		part.record(recorder.outcome('done', false), value * 1000);
	};
	const custom = ({metric, value, tags}: K6Point, isMeasured: boolean): void => {
		const given = {value, isMeasured};
		const {type, contains} = known.get(metric) ?? {type: 'trend', contains: 'default'};
		if (metric === 'checks') {
			tally(`check ${[...groupsOf(tags), tags.check ?? ''].join(': ')}`, true, given, '', 'higher');
		} else if (metric === 'group_duration') {
			sample(`group_duration ${groupsOf(tags).join(': ')}`, value, 'ms', 'lower');
		} else if (type === 'counter') tally(metric, false, given, unitOf({contains}, ''));
		else if (type === 'rate') tally(metric, true, given, '');
		else if (type === 'gauge') sample(metric, value, unitOf({contains}, metric.startsWith('vus') ? 'count' : ''));
		else sample(metric, value, unitOf({contains}, ''), contains === 'time' ? 'lower' : undefined);
	};

	return {
		metric: (metric) => void known.set(metric.name, metric),
		request(request, isMeasured) {
			const {tags, at, duration, blocked, connecting, tls, sending, waiting} = request;
			const stretch = countRequest(tags, at - duration - blocked);
			if (stretch === undefined || !isNow(stretch, isMeasured)) return;
			if (connecting > 0) recorder.setup('connect', connecting * 1000);
			if (tls > 0) recorder.setup('tls', tls * 1000);
			if (operations === 'iterations') {
				sample('http_req_duration', duration, 'ms', 'lower');
				return;
			}

			const outcome = outcomeOf(request);
			operation(tags, outcome, duration);
			if (outcome.timed && outcome.name !== 'timeout') recorder.firstByte((sending + waiting) * 1000);
			sample('http_req_blocked', blocked, 'ms', 'lower', 'waiting for a connection, making one included');
		},
		point(point, isMeasured) {
			const {metric, at, value, tags} = point;
			if (metric === 'iteration_duration') {
				iteration(point, isMeasured);
				return;
			}

			if (metric === 'grpc_req_duration') {
				calls += 1;
				const stretch = countRequest(tags, at - value);
				if (stretch === undefined || !isNow(stretch, isMeasured)) return;
				if (operations === 'requests') operation(tags, grpcOutcomeOf(tags), value);
				else sample('grpc_req_duration', value, 'ms', 'lower');
				return;
			}

			if (metric === 'dropped_iterations') dropped += value;
			if (isAround(tags) || !isNow(stretchOf(at), isMeasured)) return;
			if (metric === 'data_sent') recorder.sent(value);
			else if (metric === 'data_received') recorder.received(value);
			else if (!told.has(metric)) custom(point, isMeasured);
		},
		close() {
			isClosed = true;
		},
		settle(milliseconds) {
			for (const kept of tallies.values()) {
				if (kept.isRate && kept.count > 0) recorder.sample(kept.metric, (kept.sum / kept.count) * 100);
				if (!kept.isRate) recorder.sample(kept.metric, (kept.sum * 1000) / milliseconds);
				kept.sum = 0;
				kept.count = 0;
			}
		},
		requests: () => requests,
		calls: () => calls,
		iterations: () => iterations,
		dropped: () => dropped,
		hasOtherParts: () => hasOthers,
		findings: () =>
			[...tallies].map(([name, {isRate, total, of, unit}]): Finding => {
				if (!isRate) {
					const words = `${formatCount(total)}${unit === '' ? '' : ` ${unit}`} in all`;
					return {kind: 'counter', subject: name, text: words, figures: {total}};
				}

				const share = of === 0 ? null : total / of;
				const isCheck = name.startsWith('check ');
				return {
					kind: isCheck ? 'check' : 'rate',
					subject: name,
					text: `${isCheck ? 'passed ' : ''}${formatCount(total)} of ${formatCount(of)} (${formatPercent((share ?? 0) * 100)})`,
					figures: {[isCheck ? 'passed' : 'nonzero']: total, of, share},
				};
			}),
	};
};
