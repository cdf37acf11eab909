// Makes the shop's database anew.
import {rmSync} from 'node:fs';
import {DatabaseSync} from 'node:sqlite';

for (const end of ['', '-wal', '-shm']) rmSync(`shop.db${end}`, {force: true});
const database = new DatabaseSync('shop.db');
database.exec(`
	pragma journal_mode = wal;
	create table product (id integer primary key, name text not null, price integer not null, stock integer not null);
	create table customer (id integer primary key, city text not null);
	create table purchase (id integer primary key, product integer not null, price integer not null);
	begin;
`);
const product = database.prepare('insert into product values (?, ?, ?, ?)');
const customer = database.prepare('insert into customer values (?, ?)');
const cities = ['Berlin', 'Leipzig', 'Wien', 'Bern'];
for (let id = 1; id <= 2000; id++) {
	product.run(id, `product ${id}`, 1 + (id % 99), 100_000);
	customer.run(id, cities[id % cities.length]);
}

database.exec('commit');
database.close();
