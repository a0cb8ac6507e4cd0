-- The user on whose behalf a held call is made; empty where its caller acts on its own.
ALTER TABLE mcp_held_call ADD COLUMN on_behalf_of VARCHAR(2048) DEFAULT '' NOT NULL;
