/// Why a safetensors file cannot be read or written.
public enum SafeTensorsError: Error, Hashable, Sendable {
  /// There is no such file.
  case missing(String)
  /// The file is not what the format says; what is wrong, in words.
  case malformed(String, String)
  /// The file cannot be written; why, in words.
  case unwritable(String, String)
}

extension SafeTensorsError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): there is no such file"
    case .malformed(let path, let what): "\(path): not a usable safetensors file (\(what))"
    case .unwritable(let path, let why): "\(path): cannot be written (\(why))"
    }
  }
}
