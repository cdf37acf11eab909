import {build} from 'hdr-histogram-js';
import {createAccumulator, encodeHistogram, mergeHistograms} from '../../source/core/histogram.ts';
import {seededRandom} from '../../source/core/random.ts';
import {openMonitor} from '../../source/monitor/index.ts';
import {createRecorder} from '../../source/run/recorder.ts';
import {say, spread} from './measure.ts';

const count = 2_000_000;
const rounds = 9;

const nanoseconds = (work: () => void): number => {
	const begin = performance.now();
	work();
	return ((performance.now() - begin) * 1e6) / count;
};

/** What one recorded operation costs, beside HdrHistogram's JavaScript port, and what one sample of the machine costs. */
export const recording = async (): Promise<void> => {
	const random = seededRandom(1);
	const values = Float64Array.from({length: count}, () => 1000 * Math.exp(2 * random()));
	const accumulator = createAccumulator();
	const other = build({
		lowestDiscernibleValue: 1,
		highestTrackableValue: 3_600_000_000,
		numberOfSignificantValueDigits: 3,
	});
	const recorder = createRecorder(0);
	const slot = recorder.outcome('200', false);
	const measured: Record<string, number[]> = {histogram: [], recorder: [], 'hdr-histogram-js': []};
	for (let round = 0; round < rounds; round++) {
		measured.histogram!.push(
			nanoseconds(() => {
				for (const value of values) accumulator.record(value);
			}),
		);
		measured.recorder!.push(
			nanoseconds(() => {
				for (const value of values) {
					recorder.offer(1);
					recorder.record(slot, value);
				}
			}),
		);
		measured['hdr-histogram-js']!.push(
			nanoseconds(() => {
				for (const value of values) other.recordValue(Math.round(value));
			}),
		);
	}

	say(`recording ${count} latencies, ${rounds} rounds in turn: ns each, median (least–most)`);
	for (const [name, times] of Object.entries(measured)) say(`  ${name.padEnd(20)}${spread(times)}`);

	const begin = performance.now();
	const histogram = accumulator.take();
	const taken = performance.now();
	mergeHistograms(histogram, histogram);
	const merged = performance.now();
	const {encoded} = encodeHistogram(histogram);
	say(
		`  take ${(taken - begin).toFixed(2)} ms, merge ${(merged - taken).toFixed(2)} ms, encode ${(performance.now() - merged).toFixed(2)} ms (${encoded.length} characters)`,
	);

	const monitor = await openMonitor({pid: process.pid});
	for (let index = 0; index < 100; index++) monitor.sample();
	const before = process.cpuUsage();
	const samples = 2000;
	for (let index = 0; index < samples; index++) monitor.sample();
	const {user, system} = process.cpuUsage(before);
	monitor.close();
	say(`one sample of host, target and generator: ${((user + system) / samples).toFixed(0)} µs of CPU`);
};
