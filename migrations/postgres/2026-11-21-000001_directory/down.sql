DROP TABLE directory_search;
DROP TABLE users;
DROP TABLE teams;
DROP TABLE services;
DROP TABLE contacts;
DROP TABLE customers;
