package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.trust.IdentityResourcesTest;

class IdentityResourcesOnPostgresTest extends IdentityResourcesTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("identity");
  }
}
