DROP TABLE sla_rearming;
