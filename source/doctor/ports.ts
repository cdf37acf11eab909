import {formatCount} from '../core/units.ts';
import {readText} from '../monitor/text-file.ts';
import {type Check, type Level, levelBelow, levelFrom, notKnown, worstOf} from './check.ts';

const parameters = '/proc/sys/net/ipv4';
/** Seconds that Linux holds a port of a closed connection back (TCP_TIMEWAIT_LEN). */
const holdTime = 60;

const reuseWords = [
	'never used again before',
	'used again at once for new connections',
	'used again at once on loopback',
];

/** The ports of outgoing connections, and how many of them wait after a connection that was closed (ip-sysctl). */
export const ports: Check = {
	name: 'ports',
	about: 'local ports for outgoing connections',
	why: 'Each connection to one address takes a port, for a minute longer than it lives: without keep-alive they run out, and new connections fail.',
	run: async (host) => {
		const range = /^(\d+)\s+(\d+)/.exec(readText(`${host.root}${parameters}/ip_local_port_range`) ?? '');
		if (range === null)
			return [notKnown(host, `${parameters}/ip_local_port_range`, {darwin: 'sysctl net.inet.ip.portrange'})];
		const count = Number(range[2]) - Number(range[1]) + 1;
		const waitingText = /^TCP: .*\btw (\d+)/m.exec(readText(`${host.root}/proc/net/sockstat`) ?? '')?.[1];
		const waiting = waitingText === undefined ? undefined : Number(waitingText);
		const reuseText = readText(`${host.root}${parameters}/tcp_tw_reuse`)?.trim();
		const reuse = reuseText === undefined || !/^[012]$/.test(reuseText) ? undefined : Number(reuseText);
		const ofWaiting: Level =
			waiting === undefined || reuse === 1 ? 'good' : levelFrom(waiting / count, [0.1, 'note'], [0.5, 'warning']);
		const level = worstOf([
			levelBelow(count, [20_000, 'note'], [10_000, 'warning']),
			ofWaiting,
			reuse === 0 ? 'note' : 'good',
		]);
		const perSecond = Math.floor(count / holdTime);
		const waits =
			waiting === undefined ? 'how many wait (TIME_WAIT) is not known' : `${formatCount(waiting)} wait (TIME_WAIT)`;
		const again =
			reuse === undefined ? 'tcp_tw_reuse is not known' : `they are ${reuseWords[reuse]} (tcp_tw_reuse ${reuse})`;
		return [
			{
				level,
				is: `${formatCount(count)}, of which ${waits}; ${again}. Enough for ${formatCount(perSecond)} new connections a second to one address for good`,
				...(level === 'good'
					? {}
					: {
							advice: 'Keep connections (the default), or have more ports and use them sooner (until the next start):',
							commands: [
								'sudo sysctl -w net.ipv4.ip_local_port_range="10240 65535"',
								'sudo sysctl -w net.ipv4.tcp_tw_reuse=1',
							],
						}),
				figures: {
					ports: count,
					timeWait: waiting ?? null,
					tcpTwReuse: reuse ?? null,
					newConnectionsPerSecond: perSecond,
				},
			},
		];
	},
};
