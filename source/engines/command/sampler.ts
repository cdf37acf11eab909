import type {Metric} from '../../core/samples.ts';
import {figureNames} from '../../core/summary.ts';
import type {MetricSlot, Recorder} from '../engine.ts';
import {metricsVariable} from './files.ts';
import type {Ended} from './order.ts';
import {mostTold, readTold, readToldOutput, type Told} from './told.ts';

const counted = 'of the command and of all descendants that were waited for';
const own: readonly Metric[] = [
	{name: 'CPU', unit: 'ms', better: 'lower', about: `CPU time in user code and in the kernel ${counted}`},
	{name: 'user CPU', unit: 'ms', better: 'lower', about: `CPU time in user code ${counted}`},
	{name: 'system CPU', unit: 'ms', better: 'lower', about: `CPU time in the kernel ${counted}`},
	{
		name: 'peak memory',
		unit: 'bytes',
		better: 'lower',
		about: 'most resident memory of the largest single process of the command, not of all together',
	},
];

/** What starting alone costs: microseconds, and milliseconds of CPU. */
export type Startup = {readonly wall: number; readonly cpu: number};

/** Takes samples of what runs used and told. */
export const createSampler = (recorder: Recorder, notice: (text: string) => void) => {
	const slots = new Map<string, {readonly slot: MetricSlot; readonly unit: string}>();
	/** Says why it takes none: a value in another unit than those before would be read as if it were in theirs. */
	const sample = (metric: Metric, value: number): string | undefined => {
		const known = slots.get(metric.name) ?? {slot: recorder.metric(metric), unit: metric.unit};
		slots.set(metric.name, known);
		if (known.unit !== metric.unit) {
			return `${metric.name}: its unit was ${JSON.stringify(known.unit)} before and is now ${JSON.stringify(metric.unit)}`;
		}

		recorder.sample(known.slot, value);
		return undefined;
	};
	const toldNames = new Set<string>();
	const take = ({value, ...metric}: Told): string | undefined => {
		if (!toldNames.has(metric.name) && toldNames.size >= mostTold)
			return `of more than ${mostTold} metrics, the first are read`;
		toldNames.add(metric.name);
		const isTaken = figureNames.includes(metric.name) || own.some(({name}) => name === metric.name);
		return sample(isTaken ? {...metric, name: `${metric.name} (told)`} : metric, value);
	};
	let faulty = false;
	return {
		usage({usage}: Ended, startup: Startup): void {
			if (usage === undefined) return;
			const cpu = usage.user + usage.system;
			// What starting costs is known as a whole; it is taken off both in proportion.
			const share = cpu === 0 ? 0 : Math.max(0, cpu - startup.cpu) / cpu;
			const values = [cpu * share, usage.user * share, usage.system * share, usage.peakMemory];
			for (const [index, value] of values.entries()) sample(own[index]!, value);
		},
		startup({wall}: Startup): void {
			sample(
				{
					name: 'shell start-up',
					unit: 'ms',
					about: 'median time of the shell with an empty line, subtracted from each run',
				},
				wall / 1000,
			);
		},
		/** `isOutput`: it stood on standard output, where other words may stand as well. */
		told(text: string, isOutput: boolean): void {
			const {told, faults} = isOutput ? readToldOutput(text) : readTold(text);
			const refused = told.map(take).filter((why) => why !== undefined);
			const [fault] = [...faults, ...refused];
			if (fault === undefined || faulty) return;
			faulty = true;
			notice(
				`Not all metrics that the command tells ${isOutput ? 'on standard output' : `in the file of ${metricsVariable}`} can be read: ${fault}. The run counts all the same.`,
			);
		},
	};
};
