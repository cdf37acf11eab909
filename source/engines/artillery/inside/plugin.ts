// Artillery loads this as a plugin that the user's script knows nothing of. It tells benchtop of every request and metric.
import {monitorEventLoopDelay, performance} from 'node:perf_hooks';
import {BroadcastChannel, isMainThread} from 'node:worker_threads';
import {hearMetrics} from './metrics.ts';
import {followRequests} from './requests.ts';
import {type Artillery, type Check, every, type Phase, type Script, tell} from './thread.ts';

declare const artillery: Artillery;

const channelName = 'benchtop';

const workInWorker = (script: Script): (() => void) => {
	const requests = followRequests(script);
	const {__SSMS: store} = artillery;
	const tellMetrics = store === undefined ? () => {} : hearMetrics(store);
	let usage = performance.eventLoopUtilization();
	const delay = monitorEventLoopDelay({resolution: 10});
	delay.enable();
	const flush = (): void => {
		requests.settle();
		tellMetrics();
		const before = usage;
		usage = performance.eventLoopUtilization();
		tell('pulse', {
			busy: Math.round(performance.eventLoopUtilization(usage, before).utilization * 1000) / 10,
			late: Math.max(0, delay.max / 1e6 - 10),
			oldest: requests.oldest(),
		});
		delay.reset();
	};
	const timer = setInterval(flush, every).unref();
	let isClosed = false;
	const close = (): void => {
		if (isClosed) return;
		isClosed = true;
		clearInterval(timer);
		delay.disable();
		flush();
		requests.settle();
		requests.cut();
		tell('bye', {});
	};
	const channel = new BroadcastChannel(channelName);
	channel.onmessage = close;
	channel.unref();
	tell('worker', {hears: store !== undefined});
	return close;
};

const workInMain = ({config, scenarios = []}: Script): void => {
	const {globalEvents} = artillery;
	tell('hello', {
		version: artillery.version ?? '',
		phases: config.phases ?? [],
		engines: [...new Set(scenarios.map(({engine}) => engine ?? config.engine ?? 'http'))],
	});
	globalEvents.on('phaseStarted', ({index = 0, name}: Phase) => tell('phase', {index, name: name ?? '', over: false}));
	globalEvents.on('phaseCompleted', ({index = 0, name}: Phase) => tell('phase', {index, name: name ?? '', over: true}));
	globalEvents.on('checks', (checks: readonly Check[]) =>
		tell('checks', {
			checks: checks.map(({original = '', strict, result}) => [
				original,
				strict !== false,
				result === 1 || result === true,
			]),
		}),
	);
	globalEvents.on('shutdown:start', () => {
		// Hooks of the script may take long: what was in flight is told before them.
		const channel = new BroadcastChannel(channelName);
		channel.postMessage('close');
		channel.close();
	});
	artillery.ext({
		ext: 'beforeExit',
		async method() {
			const {apdex, ranking} = artillery.apdexPlugin ?? {};
			if (apdex !== undefined) tell('apdex', {apdex, ranking: ranking ?? ''});
		},
	});
};

/** What Artillery makes of it, once in each thread. */
export class Plugin {
	static readonly LEGACY_METRICS_FORMAT = false;
	readonly cleanup: (done: () => void) => void;

	constructor(script: Script) {
		if (isMainThread) {
			workInMain(script);
			// Artillery does not wait for its workers: they are given a moment for their last words.
			this.cleanup = (done) => void setTimeout(done, every);
		} else {
			const close = workInWorker(script);
			this.cleanup = (done) => {
				close();
				done();
			};
		}
	}
}
