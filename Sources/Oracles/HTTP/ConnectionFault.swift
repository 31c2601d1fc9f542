import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What is wrong with a connection, in words.
enum ConnectionFault {
  /// Why a connection comes to nothing however often it is tried; nothing if the next try may succeed.
  static func lasting(_ error: any Error) -> String? {
    switch error {
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      return "its certificate is for another host"
    case NIOSSLError.handshakeFailed(let fault):
      // The library's errors are told apart by BoringSSL's names alone.
      let text = "\(fault)"
      if text.contains("CERTIFICATE_VERIFY_FAILED") {
        return "its certificate is not to be trusted: it has expired, or nobody whom this system "
          + "trusts has signed it"
      }
      if text.contains("WRONG_VERSION_NUMBER") {
        return "it does not speak TLS: is this an http address?"
      }
      return nil
    default: return nil
    }
  }

  /// Why a request came to nothing.
  ///
  /// - Parameters:
  ///   - error: of the client.
  ///   - secrets: what no sentence may hold.
  static func words(for error: any Error, without secrets: Secrets) -> String {
    switch error {
    case let error as HTTPClientError where timeouts.contains(error): "no answer in time"
    case let error as HTTPClientError where error == .remoteConnectionClosed:
      "the connection was closed"
    case is NIOConnectionError: "no connection"
    case HTTPParserError.invalidEOFState: "the answer was cut off"
    case is HTTPParserError: "what comes back is not HTTP: is this an https address?"
    case let error as IOError:
      "the connection failed: \(String(cString: strerror(error.errnoCode)))"
    default: "the connection failed: \(secrets.removed(from: "\(error)"))"
    }
  }

  /// Whether the service may have got the request before a connection failed, and may bill it.
  static func mayFollowDelivery(_ error: any Error) -> Bool {
    switch error {
    case is NIOConnectionError, is NIOSSLExtraError, NIOSSLError.handshakeFailed: false
    case let error as HTTPClientError: !beforeSending.contains(error)
    case let error as IOError:
      ![ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
    default: true
    }
  }

  private static let beforeSending: [HTTPClientError] = [
    .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .invalidURL, .emptyHost,
    .emptyScheme,
  ]

  private static let timeouts: [HTTPClientError] = [
    .deadlineExceeded, .readTimeout, .connectTimeout,
  ]
}
