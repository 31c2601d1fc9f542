/// What the authors of AdvProp report, of EfficientNets on ImageNet.
///
/// Xie, Tan, Gong, Wang, Yuille and Le 2020, “Adversarial examples improve image recognition”.
public enum AdvPropPaper {
  /// What the paper finds of one arm.
  public static func finding(of arm: AdvPropArm) -> String {
    switch arm {
    case .vanilla: "B0 77.1 %; B7 84.5 %"
    case .sharedBatchNorm: "worse than vanilla on pictures as they are"
    case .advProp: "B0 +0.5; B7 +0.7, corruption error (mCE) −6.5"
    case .fineGrained: "proposed; no figure taken over here"
    }
  }
}
