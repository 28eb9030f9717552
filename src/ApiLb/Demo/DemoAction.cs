namespace ApiLb.Demo;

/// <summary>What can be done to a stand-in.</summary>
internal enum DemoAction
{
    Kill,
    Freeze,
    Drain,
    Revive,
}
