import type {Watch} from '../core/plan.ts';
import {isSecretName} from '../core/secret.ts';
import {BenchtopError} from '../errors.ts';
import {isAlive} from '../operating-system.ts';
import type {Flags} from './flags.ts';

/** Whether an address can be a node_exporter's: http or https, without credentials, in its query neither, which would be kept with the run. */
export const isExporter = (text: string): boolean => {
	if (!URL.canParse(text)) return false;
	const {protocol, username, password, searchParams} = new URL(text);
	const hasSecret = username !== '' || password !== '' || [...searchParams.keys()].some(isSecretName);
	return /^https?:$/.test(protocol) && !hasSecret;
};

/**
 * What the flags want watched; `port` where they name no process. Throws a BenchtopError (exit code 2) on what cannot be, or
 * excludes each other.
 */
export const watchOf = (flags: Flags, port?: number): Watch => {
	const pid = flags.integer('pid', {least: 1});
	if (pid !== undefined && !isAlive(pid)) {
		throw new BenchtopError(`There is no process ${pid}.`, {hint: 'Check --pid, or watch a port: --watch-port 3000.'});
	}

	const asked = flags.integer('watch-port', {least: 1, most: 65_535});
	const container = flags.text('container');
	if (container !== undefined && (pid !== undefined || asked !== undefined)) {
		throw new BenchtopError('--container is the process under test already, as is what --pid or --watch-port names.', {
			hint: 'Give one of them.',
		});
	}

	const nodeExporter = flags.text('node-exporter');
	if (nodeExporter !== undefined && !isExporter(nodeExporter)) {
		throw new BenchtopError(
			'--node-exporter takes the address of a node_exporter, http or https, without credentials.',
			{
				hint: 'For example: --node-exporter http://db.example:9100',
			},
		);
	}

	const watchedPort = asked ?? (pid === undefined && container === undefined ? port : undefined);
	return {
		...(pid === undefined ? {} : {pid}),
		...(watchedPort === undefined ? {} : {port: watchedPort}),
		...(container === undefined ? {} : {container}),
		...(nodeExporter === undefined ? {} : {nodeExporter}),
	};
};
