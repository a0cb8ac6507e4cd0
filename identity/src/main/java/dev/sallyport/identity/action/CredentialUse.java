package dev.sallyport.identity.action;

/**
 * A credential that an action may use.
 *
 * @param credential the name of the credential
 * @param version which value of it, counted from 1
 * @param destination where it would go, such as {@code server:crm}
 */
public record CredentialUse(String credential, int version, String destination) {}
