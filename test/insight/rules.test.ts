import {describe, expect, test} from 'vitest';
import type {Insight} from '../../source/core/insight.ts';
import type {Random} from '../../source/core/random.ts';
import {findInsights, insightRules} from '../../source/insight/index.ts';
import type {EarlierRun, Evidence} from '../../source/insight/rule.ts';
import {around, madeRun, withoutBeats, withResult} from '../helpers/made-run.ts';
import {recorded} from './recorded.ts';

const kinds = (evidence: Evidence): readonly string[] => findInsights(evidence).map(({kind}) => kind);
const insightOf = (evidence: Evidence, kind: string): Insight | undefined =>
	findInsights(evidence).find((insight) => insight.kind === kind);

/** A run of the same name and load before. */
const runBefore = (evidence: Evidence, change: (run: EarlierRun) => Partial<EarlierRun>): EarlierRun => {
	const {id, began, name, fingerprint, environment} = evidence.result;
	const run = {id: 'earlier1', began, name, fingerprint, environment};
	return {...run, ...change({...run, id})};
};

const good = madeRun();
/** Everything stands still for a while at even intervals. */
const stall =
	(every: number, length: number, first = 1000) =>
	(at: number): number => {
		const since = (at - first + every) % every;
		return at >= first && since < length ? length - since : 0;
	};
/** The same at times that no clock gives. */
const unevenly =
	(starts: readonly number[], length: number) =>
	(at: number): number => {
		const start = starts.find((each) => at >= each && at < each + length);
		return start === undefined ? 0 : start + length - at;
	};
const stalling =
	(left: (at: number) => number) =>
	(at: number, random: Random): number =>
		around(5, random) + left(at);

describe('on good runs every rule is silent', () => {
	test('made up', () => {
		expect(findInsights(good)).toEqual([]);
		expect(findInsights(withoutBeats(good))).toEqual([]);
	});

	test('recorded, but for the other work that the machine had', () => {
		const evidence = recorded('good');
		expect(kinds(evidence)).toEqual(['noisy-host']);
		expect(kinds(withoutBeats(evidence))).toEqual(['noisy-host']);
	});

	test('of a run that could not be measured nothing is said', () => {
		const failed = withResult(recorded('errors-at-a-moment'), () => ({ending: {state: 'failed', message: 'gone'}}));
		expect(findInsights(failed)).toEqual([]);
	});
});

/** The runs were recorded on a machine with other work: that is told as well, and left out here. */
test.each([
	['pauses', ['pauses']],
	['periodic-stalls', ['periodic-stalls']],
	['wave', ['periodic-stalls']],
	['knee', ['generator-saturated', 'knee']],
	['errors-at-a-moment', ['errors-began']],
	['errors-at-a-load', ['errors-began', 'knee']],
	['memory-growth', ['memory-growth']],
	['not-steady', ['not-steady']],
	['cold-start', ['cold-start']],
	['bimodal', ['bimodal']],
	['tail', ['tail']],
	['setup', ['setup-dominates']],
	['few-samples', ['few-samples']],
	['target-saturated', ['target-saturated']],
	['target-below-its-limit', []],
	['disk-wait', ['disk-wait', 'few-samples']],
	['disk-quiet', ['few-samples']],
] as const)('what was recorded of %s is told as that, and nothing else', (name, expected) => {
	const evidence = recorded(name);
	expect(kinds(evidence).filter((kind) => kind !== 'noisy-host')).toEqual(expected);
});

test('every insight says what it is, why it matters and what to do', () => {
	const all = [
		...['pauses', 'periodic-stalls', 'wave', 'knee', 'errors-at-a-moment', 'errors-at-a-load', 'memory-growth'],
		...['not-steady', 'cold-start', 'bimodal', 'tail', 'setup', 'few-samples', 'target-saturated', 'disk-wait'],
	].flatMap((name) => findInsights(recorded(name)));
	for (const {kind, text, recommendations, figures} of all) {
		expect(insightRules.map((rule) => rule.kind)).toContain(kind);
		expect(text).toMatch(/^[A-Z0-9].*[.]( [A-Z].*)[.]$/);
		expect(text).not.toMatch(/undefined|NaN|Infinity|null/);
		expect(recommendations.length).toBeGreaterThan(0);
		for (const words of recommendations) expect(words).toMatch(/^[A-Z].*[.?]$/);
		for (const figure of Object.values(figures)) expect(Number.isNaN(figure)).toBe(false);
	}
});

describe('pauses', () => {
	test('with their period and length', () => {
		const insight = insightOf(recorded('pauses'), 'pauses');
		expect(insight?.figures.periodMs).toBeGreaterThan(1480);
		expect(insight?.figures.periodMs).toBeLessThan(1520);
		expect(insight?.figures.medianLengthMs).toBeGreaterThan(90);
		expect(insight?.figures.medianLengthMs).toBeLessThan(130);
		expect(insight?.text).toContain('nothing is answered');
	});

	test('that come at no even intervals when they are many, and the machine has nothing else to do', () => {
		const starts = [800, 2300, 3100, 6900, 8200, 12_500, 13_300, 16_000, 19_700, 22_800, 24_000, 28_100];
		const latency = stalling(unevenly(starts, 80));
		const insight = insightOf(madeRun({latency}), 'pauses');
		expect(insight?.figures).toMatchObject({stalls: starts.length, periodMs: null});
		const loud = madeRun({latency, gauges: () => ({'host.cpu.user': 60})});
		expect(kinds(loud)).toEqual(['noisy-host']);
		expect(kinds(madeRun({latency: stalling(unevenly(starts.slice(0, 5), 80))}))).toEqual([]);
	});

	test('are not some operations that are slow at even intervals', () => {
		expect(insightOf(recorded('periodic-stalls'), 'periodic-stalls')?.figures).toMatchObject({periodMs: 2972});
		const latency = (at: number, random: Random): number =>
			at % 2500 < 200 && random() < 0.25 ? 150 : around(5, random);
		expect(kinds(madeRun({latency}))).toEqual(['periodic-stalls']);
	});

	test('are not those of the load generator itself', () => {
		const latency = stalling(stall(2000, 100));
		expect(kinds(madeRun({latency}))).toEqual(['pauses']);
		expect(kinds(madeRun({latency, gauges: () => ({'generator.loopDelay': 100})}))).toEqual([]);
	});
});

test('a wave in the median is told with its period; one that is seen twice is not', () => {
	const latency = (at: number, random: Random): number =>
		around(8 + 3 * Math.sin((2 * Math.PI * at) / 6000), random, 0.1);
	const insight = insightOf(madeRun({latency, seconds: 60}), 'periodic-stalls');
	expect(Math.abs(Number(insight?.figures.periodMs) - 6000)).toBeLessThan(500);
	const slow = (at: number, random: Random): number =>
		around(8 + 3 * Math.sin((2 * Math.PI * at) / 30_000), random, 0.1);
	expect(kinds(madeRun({latency: slow, seconds: 60}))).toEqual([]);
});

describe('a knee', () => {
	const ramp = {rate: 50, rateEnd: 450, steps: 8};
	const perSecond = (at: number): number => 50 + (400 / 7) * Math.min(7, Math.floor(at / 3000));

	test('lies where latency turns up, and says whether throughput goes on', () => {
		const insight = insightOf(recorded('knee'), 'knee');
		expect(insight?.figures).toMatchObject({keepsUp: 'no'});
		expect(insight?.figures.ratePerSecondBefore).toBeCloseTo(221.4, 0);
		// A server that answers 250 a second.
		expect(insight?.figures.mostAnsweredPerSecond).toBeLessThan(260);
		expect(insight?.figures.mostAnsweredPerSecond).toBeGreaterThan(200);
	});

	test('is none where latency hardly rises, or rises and falls again', () => {
		const level = (latency: (at: number) => number) =>
			madeRun({seconds: 24, load: ramp, perSecond, latency: (at, random) => around(latency(at), random)});
		expect(kinds(level((at) => 5 + at / 12_000))).toEqual([]);
		expect(kinds(level((at) => (at >= 9000 && at < 15_000 ? 30 : 5)))).toEqual([]);
		expect(kinds(level((at) => (at >= 15_000 ? 30 : 5)))).toEqual(['knee']);
	});
});

describe('errors', () => {
	test('that begin at a moment, at a load, or come in a burst', () => {
		expect(insightOf(recorded('errors-at-a-moment'), 'errors-began')?.figures).toMatchObject({
			outcome: '503',
			failedShareBefore: 0,
			untilMs: null,
			ratePerSecond: null,
		});
		expect(insightOf(recorded('errors-at-a-load'), 'errors-began')?.figures.ratePerSecond).toBeGreaterThan(200);
		const burst = madeRun({outcome: (at, random) => (at > 10_000 && at < 13_000 && random() < 0.5 ? '500' : '200')});
		expect(insightOf(burst, 'errors-began')?.figures).toMatchObject({fromMs: 10_000, untilMs: 13_000});
	});

	test('that were there all the time did not begin', () => {
		expect(kinds(madeRun({outcome: (_, random) => (random() < 0.05 ? '503' : '200')}))).toEqual([]);
		expect(kinds(madeRun({outcome: (at, random) => (at > 9000 && random() < 0.002 ? '503' : '200')}))).toEqual([]);
	});
});

describe('memory of the target', () => {
	test('that grows is told with its slope, and more gravely of a long run', () => {
		const short = insightOf(recorded('memory-growth'), 'memory-growth');
		expect(short?.severity).toBe('low');
		// 20 000 bytes are kept of each of 100 operations a second.
		expect(short?.figures.bytesPerMinute).toBeGreaterThan(110e6);
		expect(short?.figures.bytesPerMinute).toBeLessThan(150e6);
		const growing = (seconds: number) =>
			madeRun({seconds, perSecond: () => 50, gauges: (at) => ({'target.memory': 90e6 + at * 500})});
		expect(insightOf(growing(180), 'memory-growth')?.severity).toBe('high');
		expect(insightOf(growing(180), 'memory-growth')?.figures.bytesPerMinute).toBeCloseTo(30e6, -3);
	});

	test('that fills up and stays, or is collected again and again, is no growth', () => {
		const of = (memory: (at: number) => number) =>
			kinds(madeRun({seconds: 60, gauges: (at) => ({'target.memory': memory(at)})}));
		expect(of((at) => 90e6 + 60e6 * (1 - Math.exp(-at / 8000)))).toEqual([]);
		expect(of((at) => 90e6 + 4000 * (at % 7000))).toEqual([]);
	});
});

describe('a run that is not steady', () => {
	test('rose, with how much; of one that is noise nothing is said', () => {
		expect(insightOf(recorded('not-steady'), 'not-steady')).toMatchObject({
			severity: 'high',
			figures: {steadyFromMs: null},
		});
		const step = madeRun({latency: (at, random) => around(at < 14_000 ? 5 : 8, random)});
		expect(insightOf(step, 'not-steady')?.figures.change).toBeGreaterThan(0.4);
		const restless = madeRun({latency: (at, random) => around(5 + ((at / 1000) % 3 < 1 ? 0.5 : 0), random)});
		expect(kinds(restless)).toEqual([]);
	});

	test('is not one whose load changes, or whose machine has other work that comes and goes', () => {
		const latency = (at: number, random: Random): number => around(at < 14_000 ? 5 : 8, random);
		expect(kinds(madeRun({latency, load: {rateEnd: 300}}))).not.toContain('not-steady');
		const loud = madeRun({latency, gauges: (at) => ({'host.cpu.user': at < 14_000 ? 10 : 40})});
		expect(kinds(loud)).not.toContain('not-steady');
	});
});

test('a cold start is the first seconds, with what warm-up would have left them out', () => {
	const insight = insightOf(recorded('cold-start'), 'cold-start');
	expect(Math.round(Number(insight?.figures.coldMs) / 1000)).toBe(4);
	expect(insight?.recommendations[0]).toMatch(/--warmup 6s/);
	expect(kinds(madeRun({latency: (at, random) => around(at < 1000 ? 20 : 5, random)}))).toEqual(['cold-start']);
	// As slow again later: that is how it is.
	const twice = (at: number, random: Random): number =>
		around(at < 1000 || (at >= 12_000 && at < 14_000) ? 20 : 5, random);
	expect(kinds(madeRun({latency: twice}))).not.toContain('cold-start');
	expect(kinds(madeRun({latency: (at, random) => around(at < 1000 ? 5.5 : 5, random)}))).toEqual([]);
});

test('two heaps of latencies are told with where they are and how large', () => {
	const insight = insightOf(recorded('bimodal'), 'bimodal');
	expect(insight?.figures.slowShare).toBeCloseTo(0.3, 1);
	expect(insight?.figures.slowMs).toBeGreaterThan(38);
	expect(insight?.figures.slowMs).toBeLessThan(48);
	// A step of the clock apart is no heap of its own, nor is a long tail.
	expect(kinds(madeRun({latency: (_, random) => (random() < 0.4 ? 2.2 : 1.2) + 0.1 * random()}))).toEqual([]);
	expect(kinds(madeRun({latency: (_, random) => -8 * Math.log(1 - random())}))).toEqual([]);
	expect(kinds(madeRun({latency: (_, random) => (random() < 0.01 ? 60 : around(5, random))}))).not.toContain('bimodal');
});

test('a tail is told by its ratio, and left to what explains it', () => {
	expect(insightOf(recorded('tail'), 'tail')?.figures.ratio).toBeGreaterThan(30);
	const latency = (_: number, random: Random): number => (random() < 0.02 ? 100 : around(5, random));
	expect(kinds(madeRun({latency}))).toEqual(['tail']);
	expect(kinds(madeRun({latency, gauges: () => ({'host.cpu.user': 60})}))).toEqual(['noisy-host']);
	expect(kinds(madeRun({latency: (_, random) => around(5, random, 0.6)}))).toEqual([]);
});

test('the load generator at its limit for a while is told; over the whole run it is a doubt already', () => {
	const part = madeRun({gauges: (at) => ({'generator.busy': at > 24_000 ? 97 : 30})});
	expect(insightOf(part, 'generator-saturated')?.figures).toMatchObject({busySeconds: 5, seconds: 30});
	const whole = madeRun({gauges: () => ({'generator.busy': 97})});
	expect(whole.result.validity.reasons.map(({kind}) => kind)).toEqual(['generator-saturated']);
	expect(kinds(whole)).toEqual([]);
	expect(kinds(madeRun({gauges: (at) => ({'generator.busy': at > 29_000 ? 97 : 80})}))).toEqual([]);
});

test('a target at the limit of its cores, or of one thread, is told', () => {
	// One thread that works 3 ms for each request: as fast as they come, and at 200 a second.
	const insight = insightOf(recorded('target-saturated'), 'target-saturated');
	expect(insight?.figures).toMatchObject({limit: 'one core', cores: 2});
	expect(insight?.figures.targetCpuPercentOfOneCore).toBeGreaterThan(92);
	expect(insight?.figures.throughputPerSecond).toBeLessThan(1000 / 3);
	expect(recorded('target-below-its-limit').result.summary.resources.target.cpu).toBeCloseTo(65, 0);
	const cpu = (level: (random: Random) => number, processes = 1) =>
		madeRun({
			gauges: (_, random) => {
				const used = level(random);
				return {'target.cpu': used, 'target.processes': processes, 'host.cpu.user': used / 8 + 4};
			},
		});
	const one = cpu((random) => 99 + 2 * random());
	expect(kinds(one)).toEqual(['target-saturated']);
	expect(insightOf(one, 'target-saturated')?.figures.limit).toBe('one core');
	expect(
		insightOf(
			cpu((random) => 750 + 10 * random()),
			'target-saturated',
		)?.figures.limit,
	).toBe('all cores');
	expect(kinds(cpu((random) => 60 + 80 * random()))).toEqual([]);
	expect(kinds(cpu((random) => 99 + 2 * random(), 4))).toEqual([]);
	expect(kinds(cpu((random) => 70 + 5 * random()))).toEqual([]);
});

/** As if nothing else had wanted to run when it began. */
const afterQuiet = (evidence: Evidence): Evidence =>
	withResult(evidence, ({environment}) => ({environment: {...environment, loadAverage: [0.2, 0.2, 0.2]}}));

test('a machine whose CPU is used up by target and load generator is told, and left to other work that used it', () => {
	// Two threads of a target that take all there is, on a machine that was loaded when the run began.
	const full = recorded('cpu-wait');
	expect(kinds(full)).toEqual(['noisy-host']);
	expect(kinds(afterQuiet(full))).toEqual(['cpu-wait']);
	const insight = insightOf(afterQuiet(full), 'cpu-wait');
	expect(insight?.figures.idlePercentOfAllCores).toBeLessThan(1);
	expect(insight?.figures.targetCpuPercentOfOneCore).toBeGreaterThan(170);
	// All of the CPU is used here as well, but by others; and here one core has time left.
	expect(recorded('target-below-its-limit').result.summary.resources.cpu.idle).toBeLessThan(1);
	expect(kinds(afterQuiet(recorded('target-below-its-limit')))).toEqual(['noisy-host']);
	expect(kinds(afterQuiet(recorded('target-saturated')))).not.toContain('cpu-wait');
});

test('waits for a disk or for a core are told', () => {
	const {figures} = insightOf(recorded('disk-wait'), 'disk-wait')!;
	expect(figures.diskUtilisationPercent).toBeGreaterThan(85);
	expect(figures.writeLatencyMs).toBeGreaterThan(40);
	expect(recorded('disk-quiet').result.summary.resources.disk.utilisationPercent).toBeLessThan(5);
	const of = (gauges: Readonly<Record<string, number>>) => kinds(madeRun({gauges: () => gauges}));
	expect(of({'host.cpu.iowait': 15})).toEqual(['disk-wait']);
	expect(of({'host.disk.utilisation': 97})).toEqual(['disk-wait']);
	expect(of({'host.cpu.iowait': 2, 'host.disk.utilisation': 40})).toEqual([]);
	const full = {'target.cpu': 500, 'generator.cpu': 280, 'host.cpu.user': 90, 'host.cpu.system': 8, 'host.cpu.idle': 2};
	expect(of(full)).toEqual(['cpu-wait']);
	expect(of({...full, 'host.cpu.idle': 12})).toEqual([]);
});

test('other work on the machine is told: of processes, of the hypervisor, from before', () => {
	const of = (gauges: Readonly<Record<string, number>>) => kinds(madeRun({gauges: () => gauges}));
	expect(of({'host.cpu.user': 40})).toEqual(['noisy-host']);
	expect(of({'host.cpu.user': 17})).toEqual([]);
	expect(of({'host.cpu.steal': 2})).toEqual(['noisy-host']);
	expect(of({'host.cpu.steal': 0.4})).toEqual([]);
	// More is a doubt.
	expect(of({'host.cpu.steal': 9})).toEqual([]);
	const loaded = withResult(good, ({environment}) => ({environment: {...environment, loadAverage: [7, 5, 2]}}));
	expect(kinds(loaded)).toEqual(['noisy-host']);
	expect(insightOf(recorded('good'), 'noisy-host')?.figures.othersPercentOfAllCores).toBeGreaterThan(50);
});

describe('a changed environment', () => {
	test('is told of runs of one server, the later one with a core less to run on; of runs alike it is not', () => {
		const [before, after, again] = ['before', 'after', 'again'].map((name) => recorded(`environment-${name}`));
		const insight = insightOf({...after!, earlier: [before!.result]}, 'environment-changed');
		expect(insight?.figures).toMatchObject({run: 'environment-before', 'usable cores': '2 → 1'});
		expect(insight?.text).toContain('usable cores 2 → 1');
		expect(kinds({...again!, earlier: [before!.result]})).not.toContain('environment-changed');
		expect(kinds({...again!, earlier: [after!.result, before!.result]})).toContain('environment-changed');
	});

	test('is told with what changed, against the last run of the same load on the same machine', () => {
		const old = runBefore(good, ({environment}) => ({
			environment: {
				...environment,
				os: {...environment.os, release: '6.1.0'},
				cpu: {...environment.cpu, governor: 'powersave'},
				versions: {...environment.versions, node: '22.13.0', benchtop: '0.0.9'},
			},
		}));
		const insight = insightOf({...good, earlier: [old]}, 'environment-changed');
		// The governor was known to one of them only; another benchtop reckons the same.
		expect(insight?.figures).toEqual({
			run: 'earlier1',
			began: good.result.began,
			kernel: 'linux 6.1.0 → linux 6.8.0',
			'node version': '22.13.0 → 24.0.0',
		});
	});

	test('is none against an equal run, another load, or where a later run already had it', () => {
		const same = runBefore(good, () => ({}));
		const other = runBefore(good, ({environment}) => ({
			environment: {...environment, os: {...environment.os, release: '5.15'}},
		}));
		expect(kinds({...good, earlier: [same, other]})).toEqual([]);
		expect(kinds({...good, earlier: [{...other, fingerprint: {workload: 'else', environment: 'x'}}]})).toEqual([]);
		expect(kinds({...good, earlier: [{...other, name: 'else'}]})).toEqual([]);
		// Made elsewhere, with a run of this machine behind it.
		const elsewhere = {...other, environment: {...other.environment, hostname: 'bench-2'}};
		expect(kinds({...good, earlier: [elsewhere, same]})).toEqual([]);
		expect(kinds({...good, earlier: [elsewhere]})).toEqual(['environment-changed']);
	});
});

test('making connections is told where it takes much of the time', () => {
	const insight = insightOf(recorded('setup'), 'setup-dominates');
	expect(insight?.figures.shareOfTime).toBeGreaterThan(0.4);
	const kept = withResult(recorded('setup'), ({summary}) => ({
		summary: {
			...summary,
			setup: Object.fromEntries(
				Object.entries(summary.setup ?? {}).map(([step, times]) => [step, {...times, count: 4}]),
			),
		},
	}));
	expect(kinds(kept)).not.toContain('setup-dominates');
});

test('few operations are told with how many are needed; of launches only where a limit is set', () => {
	const insight = insightOf(recorded('few-samples'), 'few-samples');
	expect(insight?.figures).toMatchObject({percentile: 'p99', operationsNeeded: 368});
	expect(insight?.figures.secondsNeeded).toBeGreaterThan(20);
	const launches = madeRun({amount: 20, seconds: 10, perSecond: () => 2});
	expect(kinds(launches)).toEqual([]);
	const limit = {metric: 'latency.p99', comparison: '<', limit: 100, text: 'p99 < 100ms'} as const;
	const limited = withResult(launches, ({plan}) => ({plan: {...plan, thresholds: [limit]}}));
	expect(insightOf(limited, 'few-samples')?.severity).toBe('medium');
});
