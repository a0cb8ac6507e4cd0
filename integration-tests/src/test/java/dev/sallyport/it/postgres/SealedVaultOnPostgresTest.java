package dev.sallyport.it.postgres;

import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.vault.seal.SealedVaultTest;

class SealedVaultOnPostgresTest extends SealedVaultTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database("vault");
  }
}
