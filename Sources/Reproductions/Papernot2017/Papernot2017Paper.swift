/// What the paper and its companion report.
///
/// Papernot, McDaniel, Goodfellow, Jha, Celik and Swami 2017, “Practical black-box attacks against
/// machine learning”; Papernot, McDaniel and Goodfellow 2016, “Transferability in machine learning: from
/// phenomena to black-box attacks using adversarial samples”.
public enum Papernot2017Paper {
  /// The share of adversarial pictures that the model in production got wrong.
  public struct Figure: Hashable, Sendable {
    /// Whom and how.
    public let subject: String
    /// How many queries were asked; nothing where it is not said.
    public let queries: Int?
    /// The share, 0…1.
    public let misclassified: Double
  }

  /// What is comparable at all with ours.
  public static let figures = [
    Figure(subject: "MetaMind, MNIST, network", queries: 6400, misclassified: 0.8424),
    Figure(subject: "GTSRB, network", queries: nil, misclassified: 0.6424),
    Figure(
      subject: "Amazon, MNIST, logistic regression", queries: 800, misclassified: 0.9619),
    Figure(
      subject: "Google, MNIST, logistic regression", queries: 800, misclassified: 0.8894),
  ]
}
