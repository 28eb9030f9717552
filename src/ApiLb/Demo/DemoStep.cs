namespace ApiLb.Demo;

/// <summary>One deed: what to do to which stand-in.</summary>
internal readonly record struct DemoStep(DemoAction Action, string Name);
