using ApiLb.Demo.View;
using Xunit;

namespace ApiLb.UnitTests.Demo;

public sealed class DemoKeysTests
{
    private readonly List<string> _deeds = [];
    private readonly DemoKeys _keys;

    public DemoKeysTests() => _keys = new DemoKeys((action, index) => _deeds.Add($"{action} {index}"));

    [Theory]
    [InlineData("2", "Kill 1")]
    [InlineData("f2", "Freeze 1")]
    [InlineData("d3", "Drain 2")]
    [InlineData("f21", "Freeze 1,Kill 0")]
    [InlineData("fd1", "Drain 0")]
    [InlineData("fx1", "Kill 0")]
    [InlineData("f4", "")]
    public void Keys_DoDeeds(string keys, string expected)
    {
        foreach (var key in keys)
        {
            _keys.Press(key);
        }

        Assert.Equal(expected, string.Join(',', _deeds));
    }

    [Fact]
    public void Q_Quits()
    {
        _keys.Press('q');

        Assert.True(_keys.HasQuit);
    }

    [Fact]
    public void Q_AfterAQuestion_OnlyTakesItBack()
    {
        _keys.Press('f');
        _keys.Press('q');

        Assert.False(_keys.HasQuit);
        Assert.StartsWith("1 2 3 kill", _keys.Prompt, StringComparison.Ordinal);
    }
}
