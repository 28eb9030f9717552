using ApiLb.Admin;
using Xunit;

namespace ApiLb.UnitTests.Admin;

public sealed class OperatorPermissionTests
{
    private const uint Daemon = 997;
    private const uint Group = 995;
    private const uint Stranger = 1000;

    private readonly OperatorPermission _permission = new(Daemon, Group);

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(Daemon, Daemon)]
    [InlineData(Stranger, Group)]
    [InlineData(Stranger, Stranger, 4u, Group)]
    public void RootTheDaemonAndItsGroup_MayChange(uint uid, uint gid, params uint[] groups) =>
        Assert.Null(_permission.RefusalOf(new PeerCredentials(uid, gid, groups)));

    [Theory]
    [InlineData(Stranger, Stranger)]
    [InlineData(Stranger, 0u, 4u, 27u)]
    public void Others_AreToldWhatToDo(uint uid, uint gid, params uint[] groups) => Assert.Equal(
        "uid 1000 may look but change nothing: use sudo, or join the group apilb ('sudo usermod -aG apilb $USER', then log in again)",
        _permission.RefusalOf(new PeerCredentials(uid, gid, groups)));

    [Fact]
    public void Nobody_MayNot() => Assert.Equal("the kernel does not say who you are", _permission.RefusalOf(null));

    [Fact]
    public void WithoutTheGroup_OnlyRootAndTheDaemonMay()
    {
        var permission = new OperatorPermission(Daemon, group: null);

        Assert.Null(permission.RefusalOf(new PeerCredentials(Daemon, Group, [])));
        Assert.NotNull(permission.RefusalOf(new PeerCredentials(Stranger, Group, [Group])));
    }

    /// <summary>Another program with the daemon's rights is more than an operator has.</summary>
    [Theory]
    [InlineData(0u, true)]
    [InlineData(Daemon, true)]
    [InlineData(Stranger, false)]
    public void OtherProgram_IsForRootAndTheDaemonsUser(uint uid, bool may) =>
        Assert.Equal(may, _permission.RefusalOfOther(new PeerCredentials(uid, Group, [Group])) is null);
}
