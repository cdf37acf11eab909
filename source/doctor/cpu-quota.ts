import {join} from 'node:path';
import {formatCount, formatPercent} from '../core/units.ts';
import {type CgroupLimit, findCgroups, findCpuQuota} from '../monitor/cgroup.ts';
import {readText} from '../monitor/text-file.ts';
import {parseThrottled} from '../monitor/throttle.ts';
import {type Check, notKnown, watchTime} from './check.ts';

type Counters = {readonly periods: number; readonly held: number; readonly throttled: number};

const readCounters = ({folder}: CgroupLimit): Counters | undefined => {
	const text = readText(join(folder, 'cpu.stat')) ?? '';
	const [periods, held] = [/^nr_periods (\d+)/m, /^nr_throttled (\d+)/m].map((pattern) =>
		Number(pattern.exec(text)?.[1]),
	);
	const throttled = parseThrottled(text);
	return throttled === undefined || periods === undefined || held === undefined || !Number.isFinite(periods + held)
		? undefined
		: {periods, held, throttled};
};

const advice = {
	advice: 'Give the container whole cores instead of a share of time (in Kubernetes: the static CPU manager policy):',
	commands: ['docker update --cpu-quota=-1 --cpuset-cpus=0-1 CONTAINER'],
};

/** The CPU quota of the container (cgroup v1 and v2), how often it held processes back, and whether it does now. */
export const cpuQuota: Check = {
	name: 'CPU quota',
	about: "whether the container's CPU quota holds processes back",
	why: 'A group that has used up its quota stands still until the next 100 ms begin: that is its p99.',
	run: async (host) => {
		if (findCgroups('cpu', host) === undefined) return [notKnown(host, '/proc/self/cgroup')];
		const quota = findCpuQuota(host);
		if (quota === undefined) return [{level: 'good', is: 'there is none', figures: {cores: null}}];
		const before = readCounters(quota);
		const words = `${Number(quota.value.toPrecision(3))} of ${host.environment.cpu.cores} cores`;
		if (before === undefined) {
			return [
				{
					level: 'warning',
					is: `${words}; whether it holds processes back is not known`,
					...advice,
					figures: {cores: quota.value},
				},
			];
		}

		await host.wait(watchTime);
		const after = readCounters(quota) ?? before;
		const share = after.periods === 0 ? 0 : (100 * after.held) / after.periods;
		const figures = {
			cores: quota.value,
			periods: after.periods,
			throttledPeriods: after.held,
			throttledMs: after.throttled,
			throttledMsInASecond: Math.max(0, after.throttled - before.throttled),
		};
		if (after.held > before.held || after.throttled > before.throttled) {
			return [{level: 'bad', is: `${words}, and it holds processes back at this moment`, ...advice, figures}];
		}

		return [
			{
				level: share >= 1 ? 'warning' : 'note',
				is:
					after.held === 0
						? `${words}; it never held processes back yet`
						: `${words}; it held processes back in ${formatPercent(share)} of ${formatCount(after.periods)} periods, not now`,
				...advice,
				figures,
			},
		];
	},
};
