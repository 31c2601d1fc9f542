/// A model that counts the pictures that it is asked about.
public protocol PassCounting {
  /// How many pictures went through the model since it was made.
  var passes: PassCount { get }
}
