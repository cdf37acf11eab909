import {readFileSync} from 'node:fs';
import {formatCount} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import type {OwnHttpPlan} from './plan.ts';

/** Files that benchtop itself has open beside its connections, threads and pipes included. */
const ownFiles = 100;

const numbersIn = (file: string, pattern: RegExp): readonly number[] => {
	try {
		return (pattern.exec(readFileSync(file, 'utf8')) ?? []).slice(1).map(Number);
	} catch {
		return [];
	}
};

/** How many files this process may have open. */
const openFiles = (): number =>
	numbersIn('/proc/self/limits', /^Max open files +(\d+)/m)[0] ?? Number.POSITIVE_INFINITY;

/** How many local ports this machine gives out. */
const localPorts = (): number => {
	const [first, last] = numbersIn('/proc/sys/net/ipv4/ip_local_port_range', /^(\d+)\s+(\d+)/);
	return first === undefined || last === undefined ? Number.POSITIVE_INFINITY : last - first + 1;
};

const portsFor = ({unix}: OwnHttpPlan): number => (unix === undefined ? localPorts() : Number.POSITIVE_INFINITY);

/** How many connections to a plan's target this process can have at once. */
export const mostOpenable = (plan: OwnHttpPlan): number =>
	Math.max(1, Math.min(openFiles() - ownFiles, portsFor(plan)));

/** Throws a BenchtopError (exit code 4) for more connections than this process may open, or ports there are. */
export const checkOpenable = (plan: OwnHttpPlan): void => {
	const connections = Math.max(plan.connections, plan.maxConnections ?? 0);
	const files = openFiles();
	if (connections + ownFiles > files) {
		throw new BenchtopError(
			`${formatCount(connections)} connections need ${formatCount(connections + ownFiles)} open files; this process may have ${formatCount(files)}.`,
			{hint: `Raise the limit with ulimit -n ${connections + ownFiles}, or use fewer connections.`, exitCode: 4},
		);
	}

	const ports = portsFor(plan);
	if (connections > ports) {
		throw new BenchtopError(
			`${formatCount(connections)} connections to one address need as many local ports; this machine gives out ${formatCount(ports)}.`,
			{hint: 'Widen net.ipv4.ip_local_port_range, or use fewer connections.', exitCode: 4},
		);
	}
};
