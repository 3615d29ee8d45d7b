-- A real editor at the language server: `nvim --headless -u NONE -l`, or `-S` where `-l` is not known yet.
-- It opens page.md, reads what is said of it, lets what was printed be accepted, and saves.

local function fail(why)
  io.stderr:write(why .. "\n")
  vim.cmd("cquit 1")
end

local function wait_for(what, is_there)
  if not vim.wait(10000, is_there, 20) then
    fail("waited in vain for " .. what)
  end
end

vim.cmd("edit page.md")
local buffer = vim.api.nvim_get_current_buf()
local client = vim.lsp.start_client({
  name = "tutcheck",
  cmd = { vim.env.TUTCHECK, "lsp" },
  root_dir = vim.fn.getcwd(),
})
if not client then
  fail("the server does not start")
end
vim.lsp.buf_attach_client(buffer, client)

local function said()
  return vim.diagnostic.get(buffer)
end

wait_for("a diagnostic", function() return #said() == 1 end)
local found = said()[1]
if found.lnum ~= 5 or not found.message:find("not what the page shows", 1, true) then
  fail("another diagnostic: " .. vim.inspect(found))
end

local document = { uri = vim.uri_from_bufnr(buffer) }
local place = { line = found.lnum, character = 0 }
local function ask(method, given)
  local answers = vim.lsp.buf_request_sync(buffer, method, given, 10000) or {}
  local answer = answers[client] or {}
  if answer.err or not answer.result then
    fail(method .. ": " .. vim.inspect(answer))
  end
  return answer.result
end

local hover = ask("textDocument/hover", { textDocument = document, position = place })
if not hover.contents.value:find("Grüße 😀", 1, true) then
  fail("another hover: " .. hover.contents.value)
end

local actions = ask("textDocument/codeAction", {
  textDocument = document,
  range = { start = place, ["end"] = place },
  context = { diagnostics = {} },
})
for _, action in ipairs(actions) do
  if action.title:find("Accept", 1, true) then
    vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
    break
  end
end
wait_for("no diagnostic", function() return #said() == 0 end)
vim.cmd("write")
vim.lsp.stop_client(client)
vim.cmd("qall!")
