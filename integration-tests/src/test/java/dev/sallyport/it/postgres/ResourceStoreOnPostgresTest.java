package dev.sallyport.it.postgres;

import dev.sallyport.gateway.resource.ResourceStoreTest;
import dev.sallyport.identity.testing.TestingDatabase;

class ResourceStoreOnPostgresTest extends ResourceStoreTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("gateway");
  }
}
