namespace ApiLb.Demo.View;

/// <summary>What the keys do. One key acts, or two: f and d ask which stand-in is meant.</summary>
/// <param name="toggle">Does the action to the stand-in of this index, or undoes what was done to it.</param>
internal sealed class DemoKeys(Action<DemoAction, int> toggle)
{
    private DemoAction _pending = DemoAction.Kill;

    /// <summary>The user wants to end the demo.</summary>
    public bool HasQuit { get; private set; }

    public string Prompt => _pending switch
    {
        DemoAction.Freeze => "Freeze or thaw which?  1  2  3     other keys: none",
        DemoAction.Drain => "Drain or restore which?  1  2  3     other keys: none",
        _ => "1 2 3 kill or revive    f freeze    d drain    q quit",
    };

    public void Press(char key)
    {
        var pending = _pending;
        _pending = DemoAction.Kill;
        switch (key)
        {
            case >= '1' and <= '3':
                toggle(pending, key - '1');
                break;
            case 'f' or 'F':
                _pending = DemoAction.Freeze;
                break;
            case 'd' or 'D':
                _pending = DemoAction.Drain;
                break;
            case 'q' or 'Q':
                HasQuit = pending == DemoAction.Kill;
                break;
        }
    }
}
