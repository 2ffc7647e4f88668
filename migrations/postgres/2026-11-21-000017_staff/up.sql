-- Staff, whom the SLA clock's news may reach, among very many customers' users.
CREATE INDEX users_staff ON users (role, number);
