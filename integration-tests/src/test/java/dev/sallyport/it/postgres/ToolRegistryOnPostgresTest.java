package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.mcp.registry.ToolRegistryTest;

class ToolRegistryOnPostgresTest extends ToolRegistryTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("mcp");
  }
}
