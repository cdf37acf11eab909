/** What a unit is for the formatter in `units.ts`. */
export type Unit = 'ms' | '1/s' | '%' | 'bytes' | 'bytes/s' | 'count' | '1';

/** A level that a probe or an engine reports. `of` says what a percentage is a share of. */
export type GaugeMetric = {
	readonly name: string;
	readonly unit: Unit;
	readonly about: string;
	readonly of?: 'all cores' | 'one core' | 'memory' | 'time';
};

/**
 * Every gauge that benchtop knows, in the order panes and reports list them. A probe may report only names from here,
 * so that a number never travels without its unit and its denominator.
 */
export const gaugeMetrics = [
	{name: 'host.cpu.user', unit: '%', of: 'all cores', about: 'CPU time in user code'},
	{name: 'host.cpu.system', unit: '%', of: 'all cores', about: 'CPU time in the kernel'},
	{name: 'host.cpu.iowait', unit: '%', of: 'all cores', about: 'idle with a disk request outstanding'},
	{name: 'host.cpu.steal', unit: '%', of: 'all cores', about: 'CPU time that the hypervisor gave to others'},
	{name: 'host.cpu.idle', unit: '%', of: 'all cores', about: 'CPU time unused'},
	{name: 'host.cpu.busiestCore', unit: '%', of: 'one core', about: 'use of the busiest core'},
	{name: 'host.cpu.throttled', unit: '%', of: 'time', about: 'time the container was held back by its CPU quota'},
	{name: 'host.load', unit: '1', about: 'load average over one minute'},
	{name: 'host.memory.used', unit: 'bytes', about: 'memory in use, caches excluded (total − available)'},
	{name: 'host.memory.available', unit: 'bytes', about: 'memory that programs can still have'},
	{name: 'host.memory.total', unit: 'bytes', about: 'memory of the machine, or the limit of its container'},
	{name: 'host.memory.container', unit: 'bytes', about: 'memory charged to the container (cgroup)'},
	{name: 'host.disk.readIops', unit: '1/s', about: 'disk reads'},
	{name: 'host.disk.writeIops', unit: '1/s', about: 'disk writes'},
	{name: 'host.disk.readLatency', unit: 'ms', about: 'mean time of a disk read'},
	{name: 'host.disk.writeLatency', unit: 'ms', about: 'mean time of a disk write'},
	{name: 'host.disk.utilisation', unit: '%', of: 'time', about: 'time the busiest disk had work'},
	{name: 'host.network.received', unit: 'bytes/s', about: 'received, loopback included'},
	{name: 'host.network.sent', unit: 'bytes/s', about: 'sent, loopback included'},
	{
		name: 'target.cpu',
		unit: '%',
		of: 'one core',
		about: 'CPU of the process under test, its listeners and what they started together',
	},
	{name: 'target.memory', unit: 'bytes', about: 'resident memory of the process under test'},
	{name: 'target.threads', unit: 'count', about: 'threads of the process under test'},
	{name: 'target.openFiles', unit: 'count', about: 'open file descriptors of the process under test'},
	{
		name: 'target.throttled',
		unit: '%',
		of: 'time',
		about: 'time the container under test was held back by its CPU quota',
	},
	{name: 'target.processes', unit: 'count', about: 'processes that share the watched port'},
	{name: 'generator.cpu', unit: '%', of: 'one core', about: 'CPU of the load generator, all its threads'},
	{name: 'generator.busy', unit: '%', of: 'time', about: 'time the busiest load thread was not idle'},
	{name: 'generator.loopDelay', unit: 'ms', about: 'longest event-loop delay of a load thread'},
	{
		name: 'generator.scheduleLag',
		unit: 'ms',
		about: 'how late a load thread sent, at worst; waiting for a free connection not included',
	},
	{name: 'generator.memory', unit: 'bytes', about: 'resident memory of the load generator'},
	{name: 'remote.cpu.user', unit: '%', of: 'all cores', about: 'remote machine: CPU time in user code'},
	{name: 'remote.cpu.system', unit: '%', of: 'all cores', about: 'remote machine: CPU time in the kernel'},
	{
		name: 'remote.cpu.iowait',
		unit: '%',
		of: 'all cores',
		about: 'remote machine: idle with a disk request outstanding',
	},
	{name: 'remote.cpu.steal', unit: '%', of: 'all cores', about: 'remote machine: CPU time that others were given'},
	{name: 'remote.cpu.idle', unit: '%', of: 'all cores', about: 'remote machine: CPU time unused'},
	{name: 'remote.load', unit: '1', about: 'remote machine: load average over one minute'},
	{name: 'remote.memory.used', unit: 'bytes', about: 'remote machine: memory in use, caches excluded'},
	{name: 'remote.memory.total', unit: 'bytes', about: 'remote machine: memory'},
	{name: 'remote.disk.readIops', unit: '1/s', about: 'remote machine: disk reads'},
	{name: 'remote.disk.writeIops', unit: '1/s', about: 'remote machine: disk writes'},
	{name: 'remote.disk.utilisation', unit: '%', of: 'time', about: 'remote machine: time the busiest disk had work'},
	{
		name: 'remote.network.received',
		unit: 'bytes/s',
		about: 'remote machine: received, by no loopback or virtual device',
	},
	{name: 'remote.network.sent', unit: 'bytes/s', about: 'remote machine: sent, by no loopback or virtual device'},
	{name: 'tool.cpu', unit: '%', of: 'one core', about: 'CPU of the load tool, all its processes'},
	{name: 'tool.memory', unit: 'bytes', about: 'resident memory of the load tool, all its processes'},
	{name: 'server.cacheHits', unit: '%', about: 'share of what was looked up that the server had at hand'},
	{name: 'server.connections', unit: 'count', about: 'connections to the server, as it says'},
	{name: 'server.memory', unit: 'bytes', about: 'memory that the server says it uses for data'},
	{name: 'server.operations', unit: '1/s', about: 'operations that the server counts, of all its clients'},
	{name: 'server.cpu', unit: '%', of: 'one core', about: 'CPU of the server, as it says itself'},
	{name: 'server.evictions', unit: '1/s', about: 'keys that the server removed for want of memory'},
	{name: 'server.expirations', unit: '1/s', about: 'keys whose time was over'},
	{name: 'tool.busiest', unit: '%', of: 'one core', about: 'CPU of the busiest process of the load tool'},
	{name: 'tool.workers', unit: 'count', about: 'processes of the load tool that make requests and are there'},
	{name: 'tool.users', unit: 'count', about: 'virtual users of the load tool'},
	{name: 'server.active', unit: 'count', about: 'connections of the database server that are at work'},
	{name: 'server.waiting', unit: 'count', about: 'connections of the database server that wait for a lock'},
	{name: 'server.idleInTransaction', unit: 'count', about: 'connections that hold a transaction open and do nothing'},
	{name: 'server.commits', unit: '1/s', about: 'transactions that the database server committed'},
	{name: 'server.rollbacks', unit: '1/s', about: 'transactions that the database server rolled back'},
	{name: 'server.deadlocks', unit: '1/s', about: 'deadlocks that the database server broke'},
	{name: 'server.rowsRead', unit: '1/s', about: 'rows that the database server read'},
	{name: 'server.rowsWritten', unit: '1/s', about: 'rows that the database server inserted, updated and deleted'},
	{
		name: 'server.temporaryFiles',
		unit: '1/s',
		about: 'temporary files or tables that the database server wrote to disk',
	},
	{name: 'server.temporaryBytes', unit: 'bytes/s', about: 'written into temporary files by the database server'},
	{name: 'server.checkpoints', unit: '1/s', about: 'checkpoints of the database server'},
	{name: 'server.rowLockWaits', unit: '1/s', about: 'waits for a row that another transaction had locked'},
	{name: 'server.slowQueries', unit: '1/s', about: 'statements that the database server calls slow'},
	{name: 'generator.oldestWait', unit: 'ms', about: 'how long the oldest request in flight has waited'},
] as const satisfies readonly GaugeMetric[];

export type GaugeName = (typeof gaugeMetrics)[number]['name'] | `host.cpu.core${number}`;

/** What a probe hands out: some of the gauges, one number each. */
export type Sample = Partial<Record<GaugeName, number>>;

const byName = new Map<string, GaugeMetric>(gaugeMetrics.map((metric) => [metric.name, metric]));

/** The metric of a gauge's name; per-core CPU figures share one. `undefined` for a name nobody declared. */
export const gaugeMetric = (name: string): GaugeMetric | undefined =>
	byName.get(name) ??
	(/^host\.cpu\.core\d+$/.test(name) ? {name, unit: '%', of: 'one core', about: 'use of this core'} : undefined);
