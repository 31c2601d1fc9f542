import NIOSSL
public import TensorModule
public import ThreatModels

/// How patiently and how fast a service is asked.
public struct HTTPSettings: Sendable {
  /// How long a connection may take, in seconds.
  public var connectTimeout = 10.0
  /// How long one request may take from its first byte to the last of the answer, in seconds.
  public var requestTimeout = 60.0
  /// The longest answer, in bytes.
  public var maximumAnswerBytes = 16 << 20
  /// How often a request is repeated after a connection fault or a status of 408, 425, 429 or 500…599.
  public var retries = 5
  /// The wait before the first repetition, in seconds; it doubles each time.
  public var firstDelay = 0.5
  /// The longest wait, in seconds: also the longest that a service may ask for with `Retry-After`.
  public var longestDelay = 60.0
  /// How many requests may be on their way at the same time.
  public var concurrency = 4
  /// How many requests may be started in a second; nothing means any number.
  public var requestsPerSecond: Double?
  /// Where the randomness of waits comes from: half of each wait is random.
  public var key: RandomKey
  /// What is sent, such as variables of the environment in headers, and must not be repeated to anybody, should
  /// the service do so; values of headers and of the address need not be among them.
  public var secrets: [String] = []
  /// The longest pause between two requests, in seconds, however low the rate.
  let longestPause = 86_400.0
  /// Certificates that are trusted besides those that the system trusts.
  private(set) var trusted: [NIOSSLCertificate] = []

  /// Usual settings.
  public init(key: RandomKey) {
    self.key = key
  }

  /// Trusts the certificates in a PEM file as well: those of authorities, or a service's own.
  ///
  /// - Throws: `OracleError.malformed` when there is no such file, or it holds no certificate.
  public mutating func trust(certificatesIn path: String) throws(OracleError) {
    let certificates = try? NIOSSLCertificate.fromPEMFile(path)
    guard let certificates, !certificates.isEmpty else {
      throw .malformed("\(path) holds no certificates in PEM form")
    }
    trusted += certificates
  }
}
