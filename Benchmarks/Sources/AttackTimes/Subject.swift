/// What is attacked: a model, how many images, and how far they may be changed in L∞.
enum Subject: String, CaseIterable {
  /// Trained as usual.
  case resnet20
  /// Trained to hold.
  case cnnA = "cnn-a"

  /// The model's file.
  var file: String {
    switch self {
    case .resnet20: "cifar10-resnet20.pt2"
    case .cnnA: "cifar10-cnn-a-adv2.pt2"
    }
  }

  /// The first so many test images.
  var count: Int {
    switch self {
    case .resnet20: 128
    case .cnnA: 200
    }
  }

  /// The largest change of a pixel.
  var epsilon: String {
    switch self {
    case .resnet20: "8/255"
    case .cnnA: "2/255"
    }
  }
}
