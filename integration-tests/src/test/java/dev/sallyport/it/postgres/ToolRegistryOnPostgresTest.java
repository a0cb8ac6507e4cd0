package dev.sallyport.it.postgres;

import dev.sallyport.mcp.registry.ToolRegistryTest;
import dev.sallyport.identity.testing.TestingDatabase;

class ToolRegistryOnPostgresTest extends ToolRegistryTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("mcp");
  }
}
