import type {Findings} from './project-scripts.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Services that speak something else than HTTP, by their images and by the ports in their containers. */
const others: ReadonlyArray<readonly [name: string, image: RegExp, port: number]> = [
	['PostgreSQL', /postgres|postgis|timescale/, 5432],
	['MySQL', /mysql|mariadb|percona/, 3306],
	['Redis', /redis|valkey|dragonfly/, 6379],
	['MongoDB', /mongo/, 27_017],
	['RabbitMQ', /rabbitmq/, 5672],
	['Kafka', /kafka|redpanda/, 9092],
	['Memcached', /memcached/, 11_211],
	['NATS', /nats/, 4222],
	['ZooKeeper', /zookeeper/, 2181],
];

type Port = {readonly outside: number; readonly inside: number};

const validPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

/** '8080:80', '127.0.0.1:8080:80/tcp', '${PORT:-8080}:80', or {published, target}; `undefined` of one that nobody knows. */
const portOf = (given: unknown): Port | undefined => {
	if (isObject(given)) {
		const [outside, inside] = [Number(given.published), Number(given.target)];
		return validPort(outside) && validPort(inside) ? {outside, inside} : undefined;
	}

	const text = String(given).replace(/\$\{\w+:?-(\d+)\}/g, '$1');
	const [, outside, inside] = /(?:^|:)(\d+):(\d+)(?:\/tcp)?$/.exec(text) ?? [];
	const port = {outside: Number(outside), inside: Number(inside)};
	return validPort(port.outside) && validPort(port.inside) ? port : undefined;
};

/** The services of a compose file that seem to speak HTTP; those that do not are noted. */
export const findServices = (document: unknown, file: string): Findings => {
	const services = isObject(document) && isObject(document.services) ? Object.entries(document.services) : [];
	const found = services.flatMap(([name, service]) => {
		if (!isObject(service)) return [];
		const port = (Array.isArray(service.ports) ? service.ports : []).map(portOf).find((each) => each !== undefined);
		const image = typeof service.image === 'string' ? service.image.toLowerCase() : '';
		const other = others.find(([, pattern, inside]) => pattern.test(image) || inside === port?.inside)?.[0];
		return [{name, port, other}];
	});
	const web = found.flatMap(({name, port, other}) => (port === undefined || other !== undefined ? [] : [{name, port}]));
	const notes = found.flatMap(({name, port, other}) =>
		other === undefined
			? []
			: [`${file} has ${other} as "${name}"${port === undefined ? '' : ` on port ${port.outside}`}.`],
	);
	const [first] = web;
	return {
		...(first === undefined
			? {}
			: {server: {command: 'docker compose up', port: first.port.outside, from: `From ${file}.`}}),
		benchmarks: web.map(({name, port}, index) => ({
			name,
			members: {url: `http://localhost:${port.outside}/`, connections: 10, duration: '10s'},
			onServer: true,
			tags: index === 0 ? ['smoke'] : ['daily'],
		})),
		notes,
	};
};
