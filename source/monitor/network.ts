import type {Sample} from '../core/metric.ts';
import {type Machine, thisMachine} from './machine.ts';
import type {Probe} from './probe.ts';
import {openTextFile} from './text-file.ts';

/** Bytes through an interface since it came up. */
export type InterfaceCounters = {readonly received: number; readonly sent: number};

/** The interfaces in /proc/net/dev by name. */
export const parseInterfaces = (text: string): Map<string, InterfaceCounters> => {
	const interfaces = new Map<string, InterfaceCounters>();
	for (const line of text.split('\n')) {
		// Old kernels put no space after the colon; alias names hold one themselves.
		const colon = line.lastIndexOf(':');
		if (colon === -1) continue;
		const columns = line
			.slice(colon + 1)
			.trim()
			.split(/\s+/);
		const [received, sent] = [Number(columns[0]), Number(columns[8])];
		if (columns.length >= 9 && Number.isFinite(received + sent)) {
			interfaces.set(line.slice(0, colon).trim(), {received, sent});
		}
	}

	return interfaces;
};

/** Bytes per second through all interfaces of this network namespace, loopback included, from /proc/net/dev. */
export const networkProbe = (machine: Machine = thisMachine): Probe => ({
	name: 'network',
	about: 'bytes through the network interfaces',
	open: async () => {
		const file = openTextFile(`${machine.root}/proc/net/dev`);
		if (file === undefined) return undefined;
		let before: {readonly at: number; readonly interfaces: ReadonlyMap<string, InterfaceCounters>} | undefined;
		return {
			sample: () => {
				const sample: Sample = {};
				const at = machine.now();
				const interfaces = parseInterfaces(file.read() ?? '');
				if (interfaces.size === 0) return sample;
				if (before !== undefined) {
					if (at <= before.at) return sample;
					let [received, sent] = [0, 0];
					for (const [name, now] of interfaces) {
						// One that is new, or was reset, has no bytes that could be told apart yet.
						const then = before.interfaces.get(name) ?? now;
						received += Math.max(0, now.received - then.received);
						sent += Math.max(0, now.sent - then.sent);
					}

					const perSecond = 1000 / (at - before.at);
					sample['host.network.received'] = received * perSecond;
					sample['host.network.sent'] = sent * perSecond;
				}

				before = {at, interfaces};
				return sample;
			},
			close: file.close,
		};
	},
});
